// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// publisher publishes reports and events, and requeues the keys that they concern.
type publisher struct{ *state }

// publish publishes the report of the key that d was decided for, and requeues
// its neighbors when they may depend on the change.
func (p *publisher) publish(w world, d plan.Decision) {
	if !visible(w, d.Key) {
		p.withdraw(d.Key)
		return
	}
	r := status.Build(w.World, d)
	p.addLastLog(&r)
	p.publishIfChanged(d.Key, w.sequence, r.After)
	p.requeueNeighbors(w, r)
}

// addLastLog adds to the root cause of a report the last lines of its container's
// output.
func (p *publisher) addLastLog(r *status.Report) {
	if cause := r.Status.RootCause; cause != nil {
		if k, err := spec.ParseKey(cause.Object); err == nil {
			cause.LastLogLines = p.logs.Lines(k)
		}
	}
}

// visible reports whether the world contains a key.
func visible(w world, k spec.Key) bool {
	_, found := slices.BinarySearchFunc(w.Keys(), k, spec.Key.Compare)
	return found
}

// withdraw deletes the report of a key that is gone.
func (p *publisher) withdraw(k spec.Key) {
	neighbors, known := p.forget(k)
	if !known {
		return
	}
	p.cfg.Store.Delete(k)
	for _, n := range neighbors {
		p.queue.Add(n)
	}
}

// publishIfChanged replaces the report of a key by the result of change for the old
// one and records the events between the two. It does nothing if a report of a
// newer world was published; sequence is the number of the world that the new
// report was built from.
func (p *publisher) publishIfChanged(k spec.Key, sequence uint64, change func(status.Report) status.Report) {
	var old, next status.Report
	p.cfg.Store.Update(k, func(r status.Report) status.Report {
		if !p.newest(k, sequence) {
			return r
		}
		old, next = r, change(r)
		return next
	})
	if next.Key != k {
		return
	}
	p.measure(old, next)
	for _, e := range status.Transitions(old, next) {
		p.record(e)
	}
}

// newest reports whether no report of a newer world of the key was published.
func (s *state) newest(k spec.Key, sequence uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.remember(k)
	m.seen = s.desired.version
	if sequence < m.published {
		return false
	}
	m.published = sequence
	return true
}

// measure records the time until an edited object was ready or a container that
// ended ran again.
func (p *publisher) measure(old, next status.Report) {
	var readied, away time.Duration
	var wasEdited, back bool
	p.locked(func() {
		away, back = p.cameBack(old, next)
		readied, wasEdited = p.readied(next)
	})
	if wasEdited {
		p.cfg.Metrics.BecameReady(next.Key.Kind, readied)
	}
	if back {
		p.cfg.Metrics.CameBack(away)
	}
}

// publishUnavailable publishes that the state of a key cannot be observed while
// the engine is away.
func (r *reconciler) publishUnavailable(k spec.Key, state observer.State) {
	if u, known := plan.EngineUnavailable(state.Reason, state.Err); known {
		r.publishUnknown(r.world(), k, u)
	}
}

// publishUnreadable publishes that the objects of a key cannot be read.
func (r *reconciler) publishUnreadable(w world, k spec.Key, err error) {
	if u, lasting := plan.Unreadable(err, r.queue.NumRequeues(k)); lasting {
		r.publishUnknown(w, k, u)
	}
}

// publishUnknown publishes the last observed state of a key, marked as unknown.
func (p *publisher) publishUnknown(w world, k spec.Key, u plan.Unavailable) {
	if visible(w, k) {
		p.publishIfChanged(k, w.sequence, status.BuildUnavailable(w.World, k, u).After)
	}
}

// publishManifest publishes the report of a file without a valid document, or
// deletes the report when the file is valid or gone.
func (p *publisher) publishManifest(k spec.Key) {
	var problems []spec.Problem
	p.locked(func() { problems = p.desired.faults[k] })
	if len(problems) == 0 {
		p.withdraw(k)
		return
	}
	p.publishFault(k, plan.ManifestFault(problems))
}

// publishFault publishes that a key cannot be decided on.
func (p *publisher) publishFault(k spec.Key, f plan.Fault) {
	var obj spec.Object
	var sequence uint64
	p.locked(func() {
		obj = p.desired.set.Objects[k]
		sequence = p.nextSequence()
	})
	now := p.cfg.Now()
	p.publishIfChanged(k, sequence, func(old status.Report) status.Report { return old.WithFault(k, obj, f, now) })
}
