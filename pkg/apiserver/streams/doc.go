// SPDX-License-Identifier: Apache-2.0

// Package streams serves what reaches into a container: its log, exec and
// port-forward, in the protocols that kubectl and package client speak. Exec and
// port-forward run over websockets or SPDY. It neither starts nor stops containers,
// and talks to them through the interfaces Logs, Exec and Dialer only. Package
// apiserver calls it.
package streams
