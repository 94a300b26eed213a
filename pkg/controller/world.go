// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// world is a plan.World with a fingerprint of the observed objects of each key,
// which changes when decisions about neighbors may change.
type world struct {
	plan.World
	fingerprints map[spec.Key]string
	// sequence grows with each world.
	sequence uint64
}

// cachedWorld is the world of one version of the desired and observed states.
type cachedWorld struct {
	built
	// culprits are the objects that were left out of the world, and owners their
	// keys.
	culprits          culprits
	owners            []spec.Key
	desired, observed uint64
}

// World returns the present world.
func (c *Controller) World() plan.World { return c.world().World }

// world returns the present world, and quarantines the keys whose objects had to
// be left out of it.
func (c *Controller) world() world {
	snap, version := c.cfg.Observer.Snapshot()
	w, panics := c.currentWorld(snap, version)
	for k, p := range panics {
		c.publishQuarantine(c.cfg.Logger.With("key", k.String()), k, p)
	}
	return w
}

// currentWorld returns the present world and the keys with new panics. The index is
// built only when the desired or the observed state changed.
func (c *Controller) currentWorld(snap engine.Snapshot, version uint64) (world, map[spec.Key]*panicked) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var panics map[spec.Key]*panicked
	if c.outdated(version) {
		panics = c.rebuild(snap, version)
	}
	w := c.cached.At(c.cfg.Now(), c.history)
	w.Since, w.Outages, w.Pulls = c.times.since, c.times.outages, c.pulls
	if c.cfg.Prober != nil {
		w.Probes = c.cfg.Prober.Results()
	}
	if c.cfg.Sampler != nil {
		w.Usages = c.cfg.Sampler.Usages()
	}
	return world{w, c.cached.fingerprints, c.nextSequence()}, panics
}

// outdated reports whether the cached world is not the present one: the desired
// or the observed state changed, or the quarantine of a culprit has ended. The
// lock is held.
func (c *Controller) outdated(version uint64) bool {
	freed := func(k spec.Key) bool { return !c.isQuarantined(k) }
	return c.cached.fingerprints == nil || c.cached.desired != c.desired.version || c.cached.observed < version ||
		slices.ContainsFunc(c.cached.owners, freed)
}

// rebuild replaces the cached world, and quarantines and returns the keys whose
// objects panicked. Known culprits are left out while their keys are quarantined.
// The lock is held.
func (c *Controller) rebuild(snap engine.Snapshot, version uint64) map[spec.Key]*panicked {
	settings := c.cfg.Settings.Settings
	settings.Prune = c.prune
	in := plan.Input{Settings: settings, Desired: c.desired.set, Observed: snap}
	known := c.cached.culprits.among(in, c.isQuarantined)
	b, found := c.build.isolate(known.without(in))
	all := known.with(found)
	c.cached = cachedWorld{
		built: b, culprits: all, owners: slices.Collect(maps.Keys(all.owners(in))),
		desired: c.desired.version, observed: version,
	}
	c.prune.Withheld = b.Withheld()
	if c.cfg.Prober != nil {
		c.cfg.Prober.Watch(b.probes)
	}
	if c.cfg.Sampler != nil {
		c.cfg.Sampler.Watch(b.usages)
	}
	panics := found.owners(in)
	for k := range panics {
		c.suspend(k)
	}
	return panics
}

// nextSequence returns a number that is larger than all before. The lock is held.
func (c *Controller) nextSequence() uint64 {
	c.sequence++
	return c.sequence
}
