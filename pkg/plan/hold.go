// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Command is what a user asks of one resource, beside what its manifest says.
type Command string

// The commands.
const (
	CommandStop    Command = "stop"    // stop it, and hold it so until CommandStart
	CommandStart   Command = "start"   // end the hold and what delays a start
	CommandRestart Command = "restart" // stop it and start it again, once
	CommandSuspend Command = "suspend" // observe it and never act on it, until CommandResume
	CommandResume  Command = "resume"  // act on it again
)

// Commands are all commands.
var Commands = []Command{CommandStop, CommandStart, CommandRestart, CommandSuspend, CommandResume}

// Hold keeps a container stopped. The zero Hold keeps nothing.
type Hold struct {
	// Since is when it began.
	Since time.Time `json:"since,omitzero"`
	// Hash is what was desired when a user stopped it at the engine: such a hold
	// ends when that changes. Empty for one that was asked for.
	Hash spec.Hash `json:"hash,omitempty"`
}

// Ask is the record after a user's command at now.
func (r Record) Ask(cmd Command, now time.Time) Record {
	switch cmd {
	case CommandStop:
		r.Hold = Hold{Since: now}
	case CommandStart, CommandRestart:
		r.Hold, r.Wanted = Hold{}, now
		r.Streak, r.Failure = 0, nil
		r.Rejected, r.RejectedFor, r.Corrected = "", "", ""
		r.Again = cmd == CommandRestart
	case CommandSuspend:
		r.Suspended = true
	case CommandResume:
		r.Suspended = false
	}
	return r
}

// Keep is the record with what a decision found to be kept.
func (r Record) Keep(d Decision) Record {
	if d.Hold != (Hold{}) {
		r.Hold = d.Hold
	}
	if d.Corrected {
		r.Corrected = ""
	}
	return r
}

// Kept is what of a record a controller keeps over its own restarts.
func (r Record) Kept() Record { return Record{Hold: r.Hold, Suspended: r.Suspended} }

// stopHeld says why a container is to stay stopped: it was asked for, or a user
// stopped it at the engine and its policy respects that.
func (w World) stopHeld(c cast) (Blocker, bool) {
	k := c.obj.Key()
	hold := w.History[k].Hold
	b := Blocker{Key: k, Reason: condition.ReasonStoppedByUser, Stalls: true}
	switch {
	case w.stopAsked(k):
		b.Message = "stopped on request: `reconciler start " + k.Name + "` lets it run"
		return b, true
	case w.stoppedByUser(c), hold.Hash == c.hash && w.rests(c) && !w.nearOutage(hold.Since):
		b.Message = "somebody stopped it at the engine, and its restart policy respects that: " +
			"`reconciler start " + k.Name + "` lets it run, so does a change of its manifest"
		return b, true
	}
	return Blocker{}, false
}

// stopAsked reports that a user asked for k to be stopped.
func (w World) stopAsked(k spec.Key) bool {
	hold := w.History[k].Hold
	return !hold.Since.IsZero() && hold.Hash == ""
}

// rests reports that the container exists, has ended, and respects stops.
func (w World) rests(c cast) bool {
	return c.main != nil && c.main.obj.Container.Status == engine.StatusExited &&
		c.obj.Container.RestartPolicy.Name == spec.RestartUnlessStopped
}

// stoppedByUser reports that the end of a container under unless-stopped was
// asked for at the engine, by somebody else, while the controller watched.
func (w World) stoppedByUser(c cast) bool {
	if !w.rests(c) {
		return false
	}
	state := c.main.obj.Container
	rec := w.History[c.obj.Key()]
	if rec.Stopped || state.FinishedAt.Before(w.Since) {
		return false
	}
	if state.FinishedAt.Before(rec.Wanted) || w.nearOutage(state.FinishedAt) || !c.fresh(*c.main) {
		return false
	}
	return !state.StopAskedAt.Before(state.StartedAt)
}

// decideHeld stops a container that is to stay stopped, after those of its
// dependents that are to stop too, and leaves all else.
func (w World) decideHeld(c cast, b Blocker) Decision {
	d := Decision{Key: c.obj.Key(), Blocked: []Blocker{b}}
	if first, waits := w.stopsFirst(d.Key, condition.ReasonStoppedByUser, w.stopAsked); waits {
		d.Blocked = append(d.Blocked, first)
		return d
	}
	for _, inc := range w.index.owned[d.Key] {
		if inc.obj.Container.Running() {
			d.Actions = append(d.Actions, w.stop(d.Key, inc, c.obj, CauseRequested))
		}
	}
	if rec := w.History[d.Key]; rec.Hold.Since.IsZero() {
		d.Hold = Hold{Since: c.main.obj.Container.FinishedAt, Hash: c.hash}
	}
	return w.gateFailure(d, c.hash)
}

// wanted reports that a user asked for a start since the container last started.
func (w World) wanted(k spec.Key, state *engine.Container) bool {
	return state.StartedAt.Before(w.History[k].Wanted)
}

// Outage is a time in which the engine was away.
type Outage struct{ From, To time.Time }

// shutdown is how long before it goes away an engine may begin to stop what runs.
const shutdown = 15 * time.Second

// nearOutage reports that something which ended at t may have been ended by the
// engine's own going: its exit code then says nothing.
func (w World) nearOutage(t time.Time) bool {
	for _, o := range w.Outages {
		if !t.Before(o.From.Add(-shutdown)) && !t.After(o.To) {
			return true
		}
	}
	return false
}
