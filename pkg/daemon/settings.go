// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"io"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/notify"
)

// Settings configure a daemon. A new setting is one field here, or in the
// settings of the package that acts on it, and one flag in pkg/cli/settings.
type Settings struct {
	controller.Settings
	Engine Engine
	// Directory holds the manifests.
	Directory string
	Manifests manifest.Options
	// Resync is the interval between full listings of the engine; zero means
	// the observer's default.
	Resync time.Duration
	// SampleInterval is the interval between samples of container stats; zero
	// disables sampling.
	SampleInterval time.Duration
	// Subscriptions receive events.
	Subscriptions []notify.Subscription
	API           API
	// Once makes Run return when every object is Ready or Stalled, or after
	// OnceTimeout.
	Once        bool
	OnceTimeout time.Duration
	OnExit      OnExit
	// StopGrace replaces the time between stop signal and kill of every
	// container; zero keeps the times of the manifests.
	StopGrace time.Duration
	View      View
	Log       Log
	Program   Program
}

// API configures the API server of the daemon.
type API struct {
	// Socket is the path of the unix socket.
	Socket string
	// Listen is a TCP address to serve the API over TLS at as well; empty serves
	// the socket only. AllowRemote permits an address that other machines reach.
	Listen      string
	AllowRemote bool
	// Manifests is the directory, at or below Directory, in which clients may
	// write manifests; empty makes the API read-only.
	Manifests string
}

// Log configures the log on standard error.
type Log struct {
	// Format is text or json; empty means text.
	Format string
	// Level is a default level and levels of components, for example
	// "info,observer=debug"; empty means warn on a terminal, otherwise info.
	Level string
}

// Program describes the process around the daemon. All fields except Version,
// Revision and Flags are required.
type Program struct {
	// Version and Revision identify the build.
	Version, Revision string
	// Command is printed in front of subcommands that the user may run next.
	Command string
	// Flags is printed after them, for example " --instance shop".
	Flags  string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	Now    func() time.Time
}

// OnExit is the action on the containers when the daemon stops.
type OnExit string

// The values of OnExit.
const (
	Keep   OnExit = "keep"   // leave the containers running
	Stop   OnExit = "stop"   // stop the containers
	Remove OnExit = "remove" // remove the containers and networks
)

// promise returns the end of a sentence that begins with "stops the controller".
func (o OnExit) promise() string {
	switch o {
	case Stop:
		return " and the containers"
	case Remove:
		return " and removes the containers"
	}
	return "; the containers keep running"
}
