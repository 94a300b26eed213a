// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// world is a plan.World with a fingerprint of the observed objects of each key,
// by which a change that matters to others is recognized.
type world struct {
	plan.World
	fingerprints map[spec.Key]string
	// sequence grows with each world that is handed out.
	sequence uint64
}

// cachedWorld is the world of one version of the desired and observed states.
type cachedWorld struct {
	world
	desired, observed uint64
}

// World returns the present world.
func (c *Controller) World() plan.World { return c.world().World }

// world returns the present world. Its index is built only when the desired or
// the observed state changed.
func (c *Controller) world() world {
	snap, version := c.cfg.Observer.Snapshot()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cached.fingerprints == nil || c.cached.desired != c.desired.version || c.cached.observed < version {
		next := cachedWorld{desired: c.desired.version, observed: version}
		settings := c.cfg.Settings.Settings
		settings.Prune = c.prune
		next.World = plan.NewWorld(plan.Input{Settings: settings, Desired: c.desired.set, Observed: snap})
		next.fingerprints = observedFingerprints(c.cfg.Instance, snap)
		c.cached = next
		c.prune.Withheld = next.Withheld()
		c.watch()
	}
	w := c.cached.At(c.cfg.Now(), c.history)
	w.Since, w.Outages, w.Pulls = c.times.since, c.times.outages, c.pulls
	if c.cfg.Prober != nil {
		w.Probes = c.cfg.Prober.Results()
	}
	if c.cfg.Sampler != nil {
		w.Usages = c.cfg.Sampler.Usages()
	}
	return world{w, c.cached.fingerprints, c.nextSequence()}
}

// watch sets what is probed and sampled. The lock is held.
func (c *Controller) watch() {
	if c.cfg.Prober != nil {
		c.cfg.Prober.Watch(c.cached.ProbeTargets())
	}
	if c.cfg.Sampler != nil {
		c.cfg.Sampler.Watch(c.cached.UsageTargets())
	}
}

// nextSequence returns a number that is larger than all before. The lock is held.
func (c *Controller) nextSequence() uint64 {
	c.sequence++
	return c.sequence
}
