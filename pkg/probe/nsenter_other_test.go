// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package probe

const listenInside = "RECONCILER_PROBE_LISTEN_INSIDE"

func runConnectCommand() (int, bool) { return 0, false }

func serveInside() error { return errNoRoute }
