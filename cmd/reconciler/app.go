// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/pact-toolbox/reconciler/pkg/api"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// app is what the commands share: the streams, the clock and the flags of every
// command.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	now            func() time.Time

	// socket and instance are the flags of those names.
	socket, instance string
}

func newApp(stdin io.Reader, stdout, stderr io.Writer) *app {
	return &app{stdin: stdin, stdout: stdout, stderr: stderr, getenv: os.Getenv, now: time.Now}
}

// socketPath is where the controller's API is served: --socket, or the default
// of the instance.
func (a *app) socketPath() string {
	return cmp.Or(a.socket, api.DefaultSocket(a.instance, a.getenv))
}

// client speaks to the controller.
func (a *app) client() *client.Client {
	c := client.New(a.socketPath())
	c.Start += a.instanceFlag()
	if a.socket != a.getenv("RECONCILER_SOCKET") {
		c.Start += " --socket " + a.socket
	}
	return c
}

// terminal reports that standard output is one, so that it may be redrawn.
func (a *app) terminal() bool {
	f, ok := a.stdout.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
