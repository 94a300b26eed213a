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
func (c *Controller) pull(ctx context.Context, a plan.Action) error {
	image := imageOf(a)
	var err error = engine.Errorf("pull "+image, engine.Unknown, "not finished") // unless Do returns
	defer func() { c.pulled(a, err) }()
	c.record(status.PullEvent(a))
	c.setPulls(func(p *plan.Pulls) { p.Running[image] = engine.Progress{} })
	c.publishProgress(a)
	var published time.Time
	var fetched int64
	var last engine.Progress
	a.Progress = func(p engine.Progress) {
		if p == last {
			return
		}
		last = p
		c.setPulls(func(pulls *plan.Pulls) { pulls.Running[image] = p })
		if more := p.Done - fetched; more > 0 {
			fetched = p.Done
			c.cfg.Metrics.Fetched(more)
		}
		if now := c.cfg.Now(); now.Sub(published) >= progressInterval {
			published = now
			c.publishProgress(a)
		}
	}
	err = c.cfg.Actuator.Do(ctx, a)
	return err
}

// pulled ends a pull. A failure is recorded for every key that needs the image, so
// that none of them repeats the pull at once.
func (c *Controller) pulled(a plan.Action, err error) {
	c.setPulls(func(p *plan.Pulls) {
		delete(p.Running, imageOf(a))
		if err == nil {
			p.Done[imageOf(a)] = c.cfg.Now()
		}
	})
	if err != nil {
		w := c.World()
		for k, obj := range w.Desired.Objects {
			if k != a.Key && obj.Container != nil && obj.Container.ImageReference() == imageOf(a) && plan.NeedsPull(w, obj) {
				c.recordOutcome(w, plan.Action{Verb: plan.Pull, Key: k}, err)
			}
		}
	}
	c.endPull(a)
}

// endPull releases the slot of a pull and enqueues the keys that wait for it.
func (c *Controller) endPull(a plan.Action) {
	sharers, others := c.slots.leave(a)
	for _, k := range append(sharers, others...) {
		c.queue.Add(k)
	}
}

// admit reports whether an action may be carried out now. Otherwise its key is
// enqueued when that may have changed. It is enqueued at once when the pull that it
// waits for has progressed since the world was built, whose progress is published.
func (c *Controller) admit(w world, a plan.Action) bool {
	if !c.slots.admit(a) {
		var progress engine.Progress
		c.locked(func() { progress = c.pulls.Running[imageOf(a)] })
		if progress != w.Pulls.Running[imageOf(a)] {
			c.queue.Add(a.Key)
		}
		return false
	}
	if a.Verb != plan.Pull {
		return true
	}
	needed := false
	defer func() {
		if !needed { // another pull of the image has ended
			c.endPull(a)
			c.queue.Add(a.Key)
		}
	}()
	needed = c.stillPulls(a.Key)
	return needed
}

// stillPulls reports whether the present decision for a key includes a pull.
func (c *Controller) stillPulls(k spec.Key) bool {
	d := plan.Decide(c.World(), k)
	return slices.ContainsFunc(d.Actions, func(a plan.Action) bool { return a.Verb == plan.Pull })
}

// forgetPulls drops the pulls of images that no desired container uses. The lock is
// held.
func (c *Controller) forgetPulls(set spec.Set) {
	images := map[string]bool{}
	for _, obj := range set.Objects {
		if obj.Container != nil {
			images[obj.Container.ImageReference()] = true
		}
	}
	done := maps.Clone(c.pulls.Done)
	maps.DeleteFunc(done, func(image string, _ time.Time) bool { return !images[image] })
	c.pulls.Done = done
}

// setPulls changes the state of pulls. Existing worlds do not change.
func (c *Controller) setPulls(change func(*plan.Pulls)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := plan.Pulls{Done: maps.Clone(c.pulls.Done), Running: maps.Clone(c.pulls.Running), Interval: c.pulls.Interval}
	change(&next)
	c.pulls = next
}

// publishProgress publishes the progress of a pull for its own key, and enqueues the
// keys that share it.
func (c *Controller) publishProgress(a plan.Action) {
	w := c.world()
	c.publish(w, plan.Decide(w.World, a.Key))
	for _, k := range c.slots.sharers(imageOf(a)) {
		c.queue.Add(k)
	}
}
