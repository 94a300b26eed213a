// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/docker"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/logging"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/probe"
	"github.com/pact-toolbox/reconciler/pkg/simulation"
)

// The kinds of engine.
const (
	Docker = "docker"
	Memory = "memory" // keeps its objects in memory and runs nothing
)

// Engine selects the container engine.
type Engine struct {
	// Kind is Docker or Memory.
	Kind string
	// Host is the address of the engine; empty means the one that the docker
	// command uses.
	Host string
	// Timeout limits each call, and the time without progress of an image pull.
	Timeout time.Duration
}

// Open connects to the engine. The caller must call the returned function to
// release the connection.
func (e Engine) Open(log *slog.Logger) (engine.Engine, func(), error) {
	switch e.Kind {
	case Memory:
		return memory.New(memory.Options{AnyImage: true, Behaviour: memoryBehaviour()}), func() {}, nil
	case Docker:
		d, err := docker.New(docker.Options{
			Host: e.Host, Timeout: e.Timeout, InspectLabel: owner.LabelInstance, Logger: logging.Of(log, "engine"),
		})
		if err != nil {
			return nil, nil, err
		}
		return d, func() { _ = d.Close() }, nil
	}
	return nil, nil, fmt.Errorf("unknown engine %q: must be docker or memory", e.Kind)
}

// checkerOf returns the checker that runs probes on the containers of e.
func checkerOf(e engine.Engine) probe.Checker {
	if m, ok := e.(*memory.Engine); ok {
		return simulation.Checker{Engine: m}
	}
	return probe.NewDialer(e)
}
