// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package probe

import (
	"context"
	"net"
)

// ConnectCommand and ExitRefused are used on Linux only.
const (
	ConnectCommand = "connect-for-probe"
	ExitRefused    = 4
)

// Connect is used on Linux only and returns an error elsewhere.
func Connect(context.Context, string) error { return errNoRoute }

// isProcessOf returns false because containers run in a virtual machine.
func isProcessOf(int, string) bool { return false }

func dialInside(context.Context, int, string) (net.Conn, error) { return nil, errNoRoute }
