// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// fingerprint is the part of a report and of the observed state that decisions about
// neighbors may depend on. It contains no messages, because messages contain times
// and two neighbors would requeue each other endlessly.
type fingerprint struct {
	objects string
	ready   string
	healthy string
	stalled string
	cause   string
}

// requeueNeighbors enqueues the present and the previous neighbors of a key when its
// fingerprint changed.
func (p *publisher) requeueNeighbors(w world, r status.Report) {
	next, after := fingerprintOf(w, r), w.Neighbors(r.Key)
	var same bool
	var before []spec.Key
	p.locked(func() {
		m := p.remember(r.Key)
		same, before = m.fingerprint == next, m.neighbors
		m.fingerprint, m.neighbors = next, after
	})
	if same {
		return
	}
	for _, k := range slices.Concat(after, before) {
		p.queue.Add(k)
	}
}

// fingerprintOf returns the fingerprint of a report.
func fingerprintOf(w world, r status.Report) fingerprint {
	f := fingerprint{
		objects: w.fingerprints[r.Key],
		ready:   statusAndReason(r, condition.Ready),
		healthy: statusAndReason(r, condition.Healthy),
		stalled: statusAndReason(r, condition.Stalled),
	}
	if r.Status.RootCause != nil {
		f.cause = r.Status.RootCause.Object + " " + string(r.Status.RootCause.Reason)
	}
	return f
}

// statusAndReason returns the status and the reason of a condition; empty when the
// report lacks it.
func statusAndReason(r status.Report, t condition.Type) string {
	c := condition.Find(r.Status.Conditions, t)
	if c == nil {
		return ""
	}
	return string(c.Status) + " " + c.Reason
}

// observedFingerprints returns a fingerprint of the engine objects of each key.
func observedFingerprints(instance string, snap engine.Snapshot) map[spec.Key]string {
	parts := map[spec.Key][]string{}
	for _, obj := range snap.Objects {
		if id, ours := owner.Of(instance, obj); ours {
			parts[id.Key] = append(parts[id.Key], observedFingerprint(obj))
		}
	}
	fingerprints := make(map[spec.Key]string, len(parts))
	for k, p := range parts {
		slices.Sort(p)
		fingerprints[k] = strings.Join(p, "\n")
	}
	return fingerprints
}

// observedFingerprint returns the fingerprint of an engine object: its incarnation,
// name and state, and the networks and volumes that it is bound to.
func observedFingerprint(obj engine.Object) string {
	if obj.Container == nil {
		return cmp.Or(obj.ID.Value, obj.Name) + " " + obj.Name
	}
	c := obj.Container
	f := fmt.Sprintf("%s %s %s %s %d %d", obj.ID.Value, obj.Name, c.Status, c.Health, c.ExitCode, c.StartedAt.UnixNano())
	for _, at := range c.Attachments {
		f += " " + at.Network + "=" + at.NetworkID
	}
	return f + " " + strings.Join(c.Volumes, " ")
}
