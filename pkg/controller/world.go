// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"fmt"
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

// world returns the present world, and quarantines the keys whose objects had to
// be left out of it. It does not panic when the computation of the world does.
func (p *publisher) world() world {
	snap, version := p.cfg.Observer.Snapshot()
	w, failures := p.currentWorld(snap, version)
	if failure := failures.all; failure != nil {
		p.cfg.Logger.Error("building the world panicked: all keys are quarantined", "err", fmt.Sprint(failure.cause), "stack", failure.stack)
	}
	for k, failure := range failures.keys {
		p.publishQuarantine(p.cfg.Logger.With("key", k.String()), k, failure)
	}
	return w
}

// panics are the panics of a world.
type panics struct {
	// keys are the panics of the keys that were quarantined.
	keys map[spec.Key]*panicked
	// all is the panic that no object causes; nil when there is none.
	all *panicked
}

// currentWorld returns the present world and its panics if they are new. The index
// is built only when the desired or the observed state changed.
func (s *state) currentWorld(snap engine.Snapshot, version uint64) (world, panics) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failures panics
	if s.outdated(version) {
		failures = s.rebuild(snap, version)
	}
	w := s.cached.At(s.cfg.Now(), s.history)
	w.Since, w.Outages, w.Pulls = s.times.since, s.times.outages, s.pulls
	if s.cfg.Prober != nil {
		w.Probes = s.cfg.Prober.Results()
	}
	if s.cfg.Sampler != nil {
		w.Usages = s.cfg.Sampler.Usages()
	}
	return world{w, s.cached.fingerprints, s.nextSequence()}, failures
}

// outdated reports whether the cached world is not the present one: the desired
// or the observed state changed, or the quarantine of a culprit has ended. The
// lock is held.
func (s *state) outdated(version uint64) bool {
	freed := func(k spec.Key) bool { return !s.isQuarantined(k) }
	return s.cached.fingerprints == nil || s.cached.desired != s.desired.version || s.cached.observed < version ||
		slices.ContainsFunc(s.cached.owners, freed)
}

// rebuild replaces the cached world, and quarantines the keys whose objects
// panicked. Known culprits are left out while their keys are quarantined.
// The lock is held.
func (s *state) rebuild(snap engine.Snapshot, version uint64) panics {
	settings := s.cfg.Settings.Settings
	settings.Prune = s.prune
	settings.Prune.Suspended = s.history.Suspended()
	in := plan.Input{Settings: settings, Desired: s.desired.set, Observed: snap}
	known := s.cached.culprits.among(in, s.isQuarantined)
	b, found := s.build.isolate(known.without(in))
	all := known.with(found)
	s.cached = cachedWorld{
		built: b, culprits: all, owners: slices.Collect(maps.Keys(all.owners(in))),
		desired: s.desired.version, observed: version,
	}
	s.prune.Withheld = b.Withheld()
	if s.cfg.Prober != nil {
		s.cfg.Prober.Watch(b.probes)
	}
	if s.cfg.Sampler != nil {
		s.cfg.Sampler.Watch(b.usages)
	}
	failures := panics{found.owners(in), b.failure}
	for k := range failures.keys {
		s.suspend(k)
	}
	return failures
}

// nextSequence returns a number that is larger than all before. The lock is held.
func (s *state) nextSequence() uint64 {
	s.sequence++
	return s.sequence
}
