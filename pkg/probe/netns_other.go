// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package probe

import (
	"context"
	"net"
)

// ConnectCommand and ExitRefused are of use on Linux only.
const (
	ConnectCommand = "connect-for-probe"
	ExitRefused    = 4
)

// Connect is of use on Linux only.
func Connect(context.Context, string) error { return errNoWay }

// isProcessOf reports that a process of this host is one of the container's:
// none is where containers run in a virtual machine.
func isProcessOf(int, string) bool { return false }

func dialInside(context.Context, int, string) (net.Conn, error) { return nil, errNoWay }
