// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"context"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// ImageBehaviour defines what the containers of an image do. With the zero value
// they run until they are stopped.
type ImageBehaviour struct {
	// Labels are inherited by the containers.
	Labels map[string]string
	// Config is what else the containers inherit. Only its health check has an
	// effect, because no process runs.
	Config engine.ImageConfig
	// Platform is the platform of the image; empty means linux/amd64.
	Platform string

	// StartError is the code with which every start fails; empty means that starts
	// succeed.
	StartError engine.Code
	// Exits makes the process exit with ExitCode, ExitAfter its start. A positive
	// ExitAfter implies Exits.
	Exits     bool
	ExitAfter time.Duration
	ExitCode  int
	// StopCode is the exit code after the stop signal. With IgnoresStop the
	// container is killed instead and exits with 137.
	StopCode    int
	IgnoresStop bool

	// HealthyAfter is the time from the start until the health check passes; zero
	// means one interval of the check.
	HealthyAfter time.Duration
	// Unhealthy makes the check fail: the container becomes unhealthy after as many
	// intervals as the check has retries.
	Unhealthy bool

	// Logs are the lines written to stdout at each start, Errors those to stderr.
	Logs   []string
	Errors []string
	// Exec runs a command in a container and returns its exit code; nil means that
	// every command does nothing and returns 0. It may call the engine.
	Exec func(context.Context, ExecCall) int

	// AnswersAfter is the time from the start until the container answers probes;
	// zero means one second. With Silent it never answers.
	AnswersAfter time.Duration
	Silent       bool
}
