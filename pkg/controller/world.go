// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// view is a world with a print of what is observed of each key, by which a
// change that matters to others is told.
type view struct {
	plan.World
	prints map[spec.Key]string
}

// cachedView is the view of one version of the desired and observed states.
type cachedView struct {
	view
	desired, observed uint64
}

// World is the present world.
func (c *Controller) World() plan.World { return c.look().World }

// look is the present view. It is built anew only when something changed.
func (c *Controller) look() view {
	snap, version := c.cfg.Observer.Snapshot()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cached.prints == nil || c.cached.desired != c.desired.version || c.cached.observed < version {
		c.cached = cachedView{desired: c.desired.version, observed: version}
		settings := c.cfg.Settings.Settings
		settings.Prune = c.prune
		c.cached.World = plan.NewWorld(plan.Input{Settings: settings, Desired: c.desired.set, Observed: snap})
		c.prune.Withheld = c.cached.Withheld()
		c.cached.prints = printsOf(c.cfg.Instance, snap)
		if c.cfg.Prober != nil {
			c.cfg.Prober.Watch(c.cached.ProbeTargets())
		}
		if c.cfg.Sampler != nil {
			c.cfg.Sampler.Watch(c.cached.UsageTargets())
		}
	}
	w := c.cached.At(c.cfg.Now(), c.history)
	w.Since, w.Outages, w.Pulls = c.times.since, c.times.outages, c.pulls
	if c.cfg.Prober != nil {
		w.Probes = c.cfg.Prober.Results()
	}
	if c.cfg.Sampler != nil {
		w.Usages = c.cfg.Sampler.Usages()
	}
	return view{w, c.cached.prints}
}

// printsOf is a print for each key with objects at the engine.
func printsOf(instance string, snap engine.Snapshot) map[spec.Key]string {
	parts := map[spec.Key][]string{}
	for _, obj := range snap.Objects {
		if who, ours := owner.Of(instance, obj); ours {
			parts[who.Key] = append(parts[who.Key], printOfObject(obj))
		}
	}
	prints := make(map[spec.Key]string, len(parts))
	for k, p := range parts {
		slices.Sort(p)
		prints[k] = strings.Join(p, "\n")
	}
	return prints
}

// printOfObject holds what others may depend on: which incarnation it is, its
// name, how it does and what it is bound to.
func printOfObject(obj engine.Object) string {
	if obj.Container == nil {
		return cmp.Or(obj.ID.Value, obj.Name) + " " + obj.Name
	}
	c := obj.Container
	p := fmt.Sprintf("%s %s %s %s %d %d", obj.ID.Value, obj.Name, c.Status, c.Health, c.ExitCode, c.StartedAt.UnixNano())
	for _, at := range c.Attachments {
		p += " " + at.Network + "=" + at.NetworkID
	}
	return p + " " + strings.Join(c.Volumes, " ")
}
