// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// progressInterval is the minimum time between two reports of a pull's progress.
const progressInterval = time.Second

// pull pulls an image for all keys that need it.
func (r *reconciler) pull(ctx context.Context, a plan.Action) error {
	image := imageOf(a)
	var err error = engine.Errorf("pull "+image, engine.Unknown, "not finished") // unless Do returns
	defer func() { r.pulled(a, err) }()
	r.record(status.PullEvent(a))
	r.setPulls(func(p *plan.Pulls) { p.Running[image] = engine.Progress{} })
	r.publishProgress(a)
	var published time.Time
	var fetched int64
	var last engine.Progress
	a.Progress = func(p engine.Progress) {
		if p == last {
			return
		}
		last = p
		r.setPulls(func(pulls *plan.Pulls) { pulls.Running[image] = p })
		if more := p.Done - fetched; more > 0 {
			fetched = p.Done
			r.cfg.Metrics.Fetched(more)
		}
		if now := r.cfg.Now(); now.Sub(published) >= progressInterval {
			published = now
			r.publishProgress(a)
		}
	}
	err = r.cfg.Actuator.Do(ctx, a)
	return err
}

// pulled ends a pull. A failure is recorded for every key that needs the image, so
// that none of them repeats the pull at once.
func (r *reconciler) pulled(a plan.Action, err error) {
	r.setPulls(func(p *plan.Pulls) {
		delete(p.Running, imageOf(a))
		if err == nil {
			p.Done[imageOf(a)] = r.cfg.Now()
		}
	})
	if err != nil {
		w := r.world().World
		for k, obj := range w.Desired.Objects {
			if k != a.Key && obj.Container != nil && obj.Container.ImageReference() == imageOf(a) && plan.NeedsPull(w, obj) {
				r.recordOutcome(w, plan.Action{Verb: plan.Pull, Key: k}, err)
			}
		}
	}
	r.endPull(a)
}

// endPull releases the slot of a pull and enqueues the keys that wait for it.
func (r *reconciler) endPull(a plan.Action) {
	sharers, others := r.slots.leave(a)
	for _, k := range append(sharers, others...) {
		r.queue.Add(k)
	}
}

// admit reports whether an action may be carried out now. Otherwise its key is
// enqueued when that may have changed. It is enqueued at once when the pull that it
// waits for has progressed since the world was built, whose progress is published.
func (r *reconciler) admit(w world, a plan.Action) bool {
	if !r.slots.admit(a) {
		var progress engine.Progress
		r.locked(func() { progress = r.pulls.Running[imageOf(a)] })
		if progress != w.Pulls.Running[imageOf(a)] {
			r.queue.Add(a.Key)
		}
		return false
	}
	if a.Verb != plan.Pull {
		return true
	}
	needed := false
	defer func() {
		if !needed { // another pull of the image has ended
			r.endPull(a)
			r.queue.Add(a.Key)
		}
	}()
	needed = r.stillPulls(a.Key)
	return needed
}

// stillPulls reports whether the present decision for a key includes a pull.
func (r *reconciler) stillPulls(k spec.Key) bool {
	d := plan.Decide(r.world().World, k)
	return slices.ContainsFunc(d.Actions, func(a plan.Action) bool { return a.Verb == plan.Pull })
}

// forgetPulls drops the pulls of images that no desired container uses. The lock is
// held.
func (s *state) forgetPulls(set spec.Set) {
	images := map[string]bool{}
	for _, obj := range set.Objects {
		if obj.Container != nil {
			images[obj.Container.ImageReference()] = true
		}
	}
	done := maps.Clone(s.pulls.Done)
	maps.DeleteFunc(done, func(image string, _ time.Time) bool { return !images[image] })
	s.pulls.Done = done
}

// setPulls changes the state of pulls. Existing worlds do not change.
func (s *state) setPulls(change func(*plan.Pulls)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := plan.Pulls{Done: maps.Clone(s.pulls.Done), Running: maps.Clone(s.pulls.Running), Interval: s.pulls.Interval}
	change(&next)
	s.pulls = next
}

// publishProgress publishes the progress of a pull for its own key, and enqueues the
// keys that share it.
func (r *reconciler) publishProgress(a plan.Action) {
	w := r.world()
	r.publish(w, plan.Decide(w.World, a.Key))
	for _, k := range r.slots.sharers(imageOf(a)) {
		r.queue.Add(k)
	}
}
