// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/pact-toolbox/reconciler/pkg/client"
)

// App holds what the commands share: the streams, the clock and the flags of every
// command.
type App struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Now            func() time.Time
	// Version is the version of the program; empty means a build without one.
	Version string

	// Socket and Instance are the flags of those names.
	Socket, Instance string
}

// NewApp returns an App with the environment and the clock of the process.
func NewApp(stdin io.Reader, stdout, stderr io.Writer) *App {
	return &App{Stdin: stdin, Stdout: stdout, Stderr: stderr, Getenv: os.Getenv, Now: time.Now}
}

// SocketPath is where the controller's API is served: --socket, or the default
// of the instance.
func (a *App) SocketPath() string {
	return cmp.Or(a.Socket, client.DefaultSocket(a.Instance, a.Getenv))
}

// client speaks to the controller.
func (a *App) client() *client.Client {
	c := client.New(a.SocketPath())
	c.Start += a.instanceFlag()
	if a.Socket != a.Getenv("RECONCILER_SOCKET") {
		c.Start += " --socket " + a.Socket
	}
	return c
}

// terminal reports that standard output is one, so that it may be redrawn.
func (a *App) terminal() bool {
	f, ok := a.Stdout.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
