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

// progressInterval is how often at most it is published how far a pull has come.
const progressInterval = time.Second

// pull fetches an image for all who need it now.
func (c *Controller) pull(ctx context.Context, a plan.Action) error {
	image := imageOf(a)
	var err error = engine.Errorf("pull "+image, engine.Unknown, "not finished") // unless it returns
	defer func() { c.pulled(a, err) }()
	c.record(a.Key, event{status.Normal, eventPulling, "pull " + image})
	c.setPulls(func(p *plan.Pulls) { p.Running[image] = engine.Progress{} })
	c.publishProgress(a)
	var told time.Time
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
		if now := c.cfg.Now(); now.Sub(told) >= progressInterval {
			told = now
			c.publishProgress(a)
		}
	}
	err = c.cfg.Actuator.Do(ctx, a)
	return err
}

// pulled ends a pull. When it failed it has failed for all who want that image, so
// that none of them tries again at once.
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
			if k != a.Key && obj.Container != nil && obj.Container.ImageReference() == imageOf(a) && w.Fetches(obj) {
				c.recordOutcome(w, plan.Action{Verb: plan.Pull, Key: k}, err)
			}
		}
	}
	c.endPull(a)
}

// endPull gives back the slot of a pull and enqueues the keys that waited for it.
func (c *Controller) endPull(a plan.Action) {
	sharers, others := c.slots.leave(a)
	for _, k := range append(sharers, others...) {
		c.queue.Add(k)
	}
}

// admit reports whether an action may be carried out now. Otherwise its key is
// enqueued when that may have changed, and when a pull that it waits for has come
// further than in the world that was published.
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
		if !needed { // another pull of the image has ended meanwhile
			c.endPull(a)
			c.queue.Add(a.Key)
		}
	}()
	needed = c.stillPulls(a.Key)
	return needed
}

// stillPulls reports that the key is to pull now that it may.
func (c *Controller) stillPulls(k spec.Key) bool {
	d := plan.Decide(c.World(), k)
	return slices.ContainsFunc(d.Actions, func(a plan.Action) bool { return a.Verb == plan.Pull })
}

// forgetPulls forgets when images were pulled that no desired container runs. The
// lock is held.
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

// setPulls changes what is known of pulls. Worlds that were handed out keep what
// they were made with.
func (c *Controller) setPulls(change func(*plan.Pulls)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := plan.Pulls{Done: maps.Clone(c.pulls.Done), Running: maps.Clone(c.pulls.Running), Interval: c.pulls.Interval}
	change(&next)
	c.pulls = next
}

// publishProgress publishes how far a pull has come: for the key whose worker is busy
// with it here, and by a pass for those that share it.
func (c *Controller) publishProgress(a plan.Action) {
	w := c.world()
	c.publish(w, plan.Decide(w.World, a.Key))
	for _, k := range c.slots.sharers(imageOf(a)) {
		c.queue.Add(k)
	}
}
