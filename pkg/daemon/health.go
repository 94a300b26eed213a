// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"errors"
	"fmt"
	"os"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
)

// notReady counts the reports that are not Ready, including invalid manifests.
func (k *stack) notReady() int {
	n := 0
	reports, _ := k.store.List()
	for _, r := range reports {
		if !isReady(r) {
			n++
		}
	}
	return n
}

// checks returns the readiness checks of the controller: the engine is
// connected, the first pass has completed, the event stream is open.
func (k *stack) checks() []apiserver.Check {
	state := k.cache.State()
	checks := []apiserver.Check{{Name: "engine"}, {Name: "sync"}, {Name: "watch"}}
	switch {
	case !state.Connected && state.Err != nil:
		checks[0].Err = fmt.Errorf("the engine does not answer: %w", state.Err)
	case !state.Connected:
		checks[0].Err = errors.New("the engine has not answered yet")
	}
	if !k.synced() {
		checks[1].Err = errors.New("the first pass has not completed")
	}
	if !state.WatchHealthy {
		checks[2].Err = errors.New("the event stream of the engine is not connected")
	}
	return checks
}

// synced reports whether the first pass has completed over an observed engine.
func (k *stack) synced() bool { return k.cache.State().Synced && k.controller.Summary().Synced }

// describe returns the state of the controller itself.
func (d *Daemon) describe() v1alpha1.Controller {
	state, sum := d.stack.cache.State(), d.stack.controller.Summary()
	c := v1alpha1.Controller{
		Instance: d.Instance, Version: d.Program.Version, PID: os.Getpid(), StartedAt: d.started.UTC(), Directory: d.Directory,
		Engine: state.Info.Endpoint, EngineVersion: state.Info.Version, EngineHealthy: state.Connected,
		Synced: d.stack.synced(), SourceComplete: sum.SourceComplete, WatchHealthy: state.WatchHealthy,
		QueueDepth: sum.QueueDepth, Objects: sum.Objects, Ready: sum.Ready,
	}
	if state.Err != nil {
		c.EngineError = state.Err.Error()
	}
	if err := d.source.Err(); err != nil {
		c.SourceError = err.Error()
	}
	desired, _ := d.stack.controller.Desired()
	for _, other := range desired.OtherFiles {
		c.OtherFiles = append(c.OtherFiles, other.String())
	}
	for _, key := range d.stack.controller.Withheld() {
		c.Withheld = append(c.Withheld, key.String())
	}
	if !state.LastRelist.IsZero() {
		at := state.LastRelist.UTC()
		c.LastRelist = &at
	}
	return c
}
