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

// Simulator holds a world that only its methods move on. It is not safe for
// concurrent use.
type Simulator struct {
	// Engine is where the actions have their effect; change it to play what
	// happens behind the controller's back.
	Engine *memory.Engine
	// Observe, when set, changes what the controller observes of the engine.
	Observe func(engine.Snapshot) engine.Snapshot
	// Desired and History are the rest of the world; between steps, replace them
	// at will. What Desired holds is not changed in place.
	Desired spec.Set
	History plan.History
	// Purge dooms retained volumes too.
	Purge bool
	// Prune says what is removed of what nobody declares. Its Withheld is kept up.
	Prune plan.Prune

	probes *probe.Schedule
	// since is when the controller that is played began to watch.
	since time.Time
	// pulled is when it last fetched which image.
	pulled   map[string]time.Time
	outages  []plan.Outage
	instance string
	now      time.Time
	actuator *actuator.Actuator
	uids     int
	// world is the last one that was made, and made what it was made from.
	world *plan.World
	made  making
}

// New makes a Simulator of an empty world at the given time. opts.Clock is the
// simulator's own and is ignored.
func New(instance string, start time.Time, opts memory.Options) *Simulator {
	s := &Simulator{
		instance: instance, now: start, since: start, pulled: map[string]time.Time{}, History: plan.History{}, probes: newProbes(),
	}
	opts.Clock = s.Now
	s.Engine = memory.New(opts)
	s.actuator = actuator.New(s.Engine, actuator.Options{Instance: instance, NewUID: s.newUID})
	return s
}

func (s *Simulator) newUID() string {
	s.uids++
	return fmt.Sprintf("%08x", s.uids)
}

// Now is the virtual time.
func (s *Simulator) Now() time.Time { return s.now }

// Advance moves the virtual time on.
func (s *Simulator) Advance(d time.Duration) { s.now = s.now.Add(d) }

// Forget has the controller begin anew: what it remembers is lost, save what a
// user holds.
func (s *Simulator) Forget() {
	kept := plan.History{}
	for k, rec := range s.History {
		if rec = rec.Kept(); rec != (plan.Record{}) {
			kept[k] = rec
		}
	}
	s.History, s.since, s.outages, s.pulled = kept, s.now, nil, map[string]time.Time{}
	s.Prune.Withheld, s.Prune.Approved = nil, nil
	s.probes, s.made = newProbes(), making{}
}

// RestartEngine has the engine go away for a moment and stop what runs.
func (s *Simulator) RestartEngine() {
	s.Engine.Restart()
	s.outages = append(s.outages, plan.Outage{From: s.now, To: s.now})
}

// Submit submits a command of a user for a key.
func (s *Simulator) Submit(k spec.Key, cmd plan.Command) {
	s.History[k] = s.History[k].Submit(cmd, s.now)
}

// World is the world as it is now.
func (s *Simulator) World() plan.World {
	in := plan.Input{
		Settings: plan.Settings{Instance: s.instance, Purge: s.Purge, Prune: s.Prune},
		Desired:  s.Desired,
		Observed: s.Engine.Snapshot(),
		History:  s.History,
		Now:      s.now,
	}
	if s.Observe != nil {
		in.Observed = s.Observe(in.Observed)
	}
	if made := makingOf(in); s.world == nil || made != s.made {
		w := plan.NewWorld(in)
		s.world, s.made = &w, made
		s.Prune.Withheld = w.Withheld()
		s.probes.Watch(w.ProbeTargets(), s.now)
	}
	w := s.world.At(s.now, s.History)
	w.Since, w.Outages, w.Pulls = s.since, s.outages, plan.Pulls{Done: s.pulled}
	w.Probes = s.probes.Results()
	return w
}

// making identifies what a world was made from, save what At replaces: sets and
// snapshots are not changed once they were handed out, so their maps stand for
// what is in them.
type making struct {
	objects, shielded, problems, observed, images uintptr
	problemCount                                  int
	approved                                      uintptr
	guard                                         float64
	free                                          int
	complete, purge, pruneOff                     bool
}

func makingOf(in plan.Input) making {
	at := func(v any) uintptr { return reflect.ValueOf(v).Pointer() }
	return making{
		objects: at(in.Desired.Objects), shielded: at(in.Desired.Shielded), problems: at(in.Desired.Problems),
		observed: at(in.Observed.Objects), images: at(in.Observed.Images),
		problemCount: len(in.Desired.Problems), complete: in.Desired.Complete, purge: in.Purge,
		approved: at(in.Prune.Approved), guard: in.Prune.Guard, free: in.Prune.Free, pruneOff: in.Prune.Off,
	}
}

// Step runs the probes that are due, decides for one key and carries out the actions, calling done after each
// with its outcome; it stops at the first error, or when done returns false, as
// a controller that is killed does.
func (s *Simulator) Step(ctx context.Context, k spec.Key, done func(plan.Action, error) bool) plan.Decision {
	s.probe(ctx)
	d := plan.Decide(s.World(), k)
	hash := spec.Hash("")
	if obj, desired := s.Desired.Objects[k]; desired {
		hash = obj.Hash()
	}
	s.History[k] = s.History[k].Keep(d)
	for _, a := range d.Actions {
		err := s.actuator.Do(ctx, a)
		if !done(a, err) {
			return d
		}
		s.History[k] = s.History[k].After(a, err, hash, s.now)
		if a.Verb == plan.Pull && err == nil {
			s.pulled = maps.Clone(s.pulled)
			s.pulled[a.Object.Container.ImageReference()] = s.now
		}
		if err != nil {
			return d
		}
	}
	return d
}
