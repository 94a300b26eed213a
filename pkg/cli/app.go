// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"io"
	"os"
	"time"

	"golang.org/x/term"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/pact-toolbox/reconciler/pkg/client"
)

// App holds the state shared by the commands: the streams, the environment, the
// clock and the global flags.
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

// SocketPath returns the path of the controller's socket: --socket, or the default
// of the instance.
func (a *App) SocketPath() string {
	return cmp.Or(a.Socket, client.DefaultSocket(a.Instance, a.Getenv))
}

// Client returns a client of the controller.
func (a *App) Client() *client.Client {
	c := client.New(a.SocketPath())
	c.Start += a.InstanceFlag()
	if a.Socket != a.Getenv("RECONCILER_SOCKET") {
		c.Start += " --socket " + a.Socket
	}
	return c
}

// colored reports whether output has colours: on a terminal, unless NO_COLOR is set
// or TERM is dumb.
func (a *App) colored() bool {
	return a.terminal() && a.Getenv("NO_COLOR") == "" && a.Getenv("TERM") != "dumb"
}

// InstanceFlag returns the flag that another command needs to address this
// instance, with a leading space; empty for the default instance.
func (a *App) InstanceFlag() string {
	if a.Instance == "default" {
		return ""
	}
	return " --instance " + a.Instance
}

// Program returns the name under which this program was called, for commands
// that are printed for the user.
func Program() string { return cmp.Or(os.Args[0], "reconciler") }

// terminal reports whether standard output is a terminal, which can be redrawn.
func (a *App) terminal() bool {
	f, ok := a.Stdout.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// since returns the time since t in a short form such as "5m".
func (a *App) since(t time.Time) string { return duration.HumanDuration(a.Now().Sub(t)) }
