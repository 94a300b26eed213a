// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/actuator"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/probe"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Simulator is a controller and an engine in virtual time. Its fields may be
// replaced between two calls of its methods, but the objects that they refer to
// must not change. It is not safe for concurrent use.
type Simulator struct {
	// Engine is the engine that the actions change. Change it to simulate what
	// happens without the controller.
	Engine *memory.Engine
	// Time is the virtual time.
	Time time.Time
	// Observe, when set, changes the snapshot that the controller observes.
	Observe func(engine.Snapshot) engine.Snapshot
	// Desired is the declared state.
	Desired spec.Set
	// Purge and Prune are the settings of the same names. World updates
	// Prune.Withheld.
	Purge bool
	Prune plan.Prune

	// The following fields are the memory of the controller.

	History plan.History
	// Since is when the controller began to watch the engine, and Outages are the
	// periods in which the engine was away.
	Since   time.Time
	Outages []plan.Outage
	// Pulled is when each image was last pulled.
	Pulled map[string]time.Time
	// Probes runs the probes; nil means that World creates it.
	Probes *probe.Schedule

	instance string
	actuator *actuator.Actuator
	uids     int
	// world is the last world, and source identifies its input.
	world  plan.World
	source source
}

// New returns a Simulator with an empty engine. It ignores opts.Clock.
func New(instance string, start time.Time, opts memory.Options) *Simulator {
	s := &Simulator{
		instance: instance, Time: start, Since: start, History: plan.History{}, Pulled: map[string]time.Time{},
	}
	opts.Clock = func() time.Time { return s.Time }
	s.Engine = memory.New(opts)
	s.actuator = actuator.New(s.Engine, actuator.Options{Instance: instance, NewUID: s.newUID})
	return s
}

func (s *Simulator) newUID() string {
	s.uids++
	return fmt.Sprintf("%08x", s.uids)
}

// World returns the world at the virtual time.
func (s *Simulator) World() plan.World {
	in := plan.Input{
		Settings: plan.Settings{Instance: s.instance, Purge: s.Purge, Prune: s.Prune},
		Desired:  s.Desired,
		Observed: s.Engine.Snapshot(),
		History:  s.History,
		Now:      s.Time,
	}
	if s.Observe != nil {
		in.Observed = s.Observe(in.Observed)
	}
	if keys := s.History.Suspended(); !maps.Equal(keys, s.Prune.Suspended) {
		s.Prune.Suspended = keys
	}
	in.Prune = s.Prune
	if src := sourceOf(in); s.Probes == nil || src != s.source {
		s.world, s.source = plan.NewWorld(in), src
		s.Prune.Withheld = s.world.Withheld()
		if s.Probes == nil {
			s.Probes = probe.NewSchedule(probe.Jitter{}) // without jitter, a simulation is repeatable
		}
		s.Probes.Watch(s.world.ProbeTargets(), s.Time)
	}
	w := s.world.At(s.Time, s.History)
	w.Since, w.Outages, w.Pulls = s.Since, s.Outages, plan.Pulls{Done: s.Pulled}
	w.Probes = s.Probes.Results()
	return w
}

// source identifies the input of a world, except the parts that At replaces.
// Sets and snapshots do not change, so that the addresses of their maps
// identify their contents.
type source struct {
	objects, shielded, problems, observed, images uintptr
	problemCount                                  int
	approved, suspended                           uintptr
	guard                                         float64
	free                                          int
	complete, purge, pruneOff, all                bool
}

func sourceOf(in plan.Input) source {
	at := func(v any) uintptr { return reflect.ValueOf(v).Pointer() }
	return source{
		objects: at(in.Desired.Objects), shielded: at(in.Desired.Shielded), problems: at(in.Desired.Problems),
		observed: at(in.Observed.Objects), images: at(in.Observed.Images),
		problemCount: len(in.Desired.Problems), complete: in.Desired.Complete, purge: in.Purge,
		approved: at(in.Prune.Approved), suspended: at(in.Prune.Suspended), all: in.Prune.All, guard: in.Prune.Guard, free: in.Prune.Free, pruneOff: in.Prune.Off,
	}
}

// Step runs the probes that are due, decides for one key and carries out the
// actions. It calls done with the outcome of each action, and stops at the first
// error or when done returns false, as a controller that is killed does.
func (s *Simulator) Step(ctx context.Context, k spec.Key, done func(plan.Action, error) bool) plan.Decision {
	s.runProbes(ctx)
	d := plan.Decide(s.World(), k)
	hash := spec.Hash("")
	if obj, desired := s.Desired.Objects[k]; desired {
		hash = obj.Hash()
	}
	s.History[k] = s.History[k].WithFindings(d)
	for _, a := range d.Actions {
		err := s.actuator.Do(ctx, a)
		if !done(a, err) {
			return d
		}
		s.History[k] = s.History[k].After(a, err, hash, s.Time)
		if a.Verb == plan.Pull && err == nil {
			s.Pulled = maps.Clone(s.Pulled)
			s.Pulled[a.Object.Container.ImageReference()] = s.Time
		}
		if err != nil {
			return d
		}
	}
	return d
}
