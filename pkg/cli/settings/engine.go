// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/daemon"
)

// Connection names the flags that select the engine. Their environment variables
// apply to every command that connects to it.
func Connection() []string { return []string{"engine", "host"} }

// RegisterEngine adds the flags that select the engine.
func RegisterEngine(cmd *cobra.Command, e *daemon.Engine) {
	flags := cmd.Flags()
	flags.StringVar(&e.Kind, "engine", daemon.Docker, "container engine: docker, or memory, which keeps objects in memory and runs nothing")
	flags.StringVar(&e.Host, "host", "", "`address` of the engine; empty means the address that the docker command uses")
	flags.DurationVar(&e.Timeout, "operation-timeout", 2*time.Minute, "timeout of one engine call; for image pulls, of the time without progress")
	flag.Constrain(flags, "operation-timeout", flag.AtLeast(&e.Timeout, time.Second))
	flag.Complete(cmd, "engine", daemon.Docker, daemon.Memory)
}

// Apply sets the settings that come from the application: the instance, the
// socket and the description of the program.
func Apply(a *cli.App, s *daemon.Settings) {
	b := cli.Build(a.Version)
	s.Instance, s.API.Socket = a.Instance, a.SocketPath()
	s.Program = daemon.Program{
		Version: b.Version, Revision: b.Revision, Command: cli.Program(), Flags: a.InstanceFlag(),
		Stdin: a.Stdin, Stdout: a.Stdout, Stderr: a.Stderr, Getenv: a.Getenv, Now: a.Now,
	}
}
