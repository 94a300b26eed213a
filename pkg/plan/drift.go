// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// differences returns the fields in which main differs from its manifest although it
// was created from it. Only declared fields are compared; additions of the engine
// or the image do not count. Networks are not compared here, see attach.
func (c *incarnations) differences() []engine.Difference {
	if c.main == nil || !c.upToDate(*c.main) {
		return nil
	}
	var found []engine.Difference
	ref, have := c.obj.Container.ImageReference(), c.main.obj.Container.ImageID
	if id, known := c.Observed.Images[ref]; known && id != have && !c.unread(engine.KindImage) {
		found = append(found, engine.Difference{Field: "image"})
	}
	want := c.config()
	want.Labels = owner.UserLabels(c.obj.Metadata.Labels)
	for k, v := range owner.UserLabels(c.obj.Container.Labels) {
		want.Labels[k] = v
	}
	for _, mode := range []*string{&want.NetworkMode, &want.IPC, &want.PID} {
		if _, shared := spec.SharedWith(*mode, ""); shared {
			*mode = "" // see boundToOld
		}
	}
	for _, d := range engine.Differences(*want, c.main.obj) {
		if !notDrift(d, want) {
			found = append(found, d)
		}
	}
	return found
}

// notDrift reports whether a difference is handled elsewhere: networks are
// connected and disconnected, and images are compared by ID.
func notDrift(d engine.Difference, want *engine.ContainerConfig) bool {
	switch d.Field {
	case "networks", "image":
		return true
	case "hostname":
		return want.NetworkMode != ""
	}
	return false
}

// corrects reports whether drift is to be corrected: the manifest allows it, and
// the same drift has not come back after a correction.
func (c *incarnations) corrects(found []engine.Difference) bool {
	return c.correctable(found) && c.record().Corrected != c.correctionID(found)
}

// correctable reports whether there is drift that the manifest allows to correct.
func (c *incarnations) correctable(found []engine.Difference) bool {
	return len(found) > 0 && c.correctsDrift()
}

// correctsDrift reports whether the manifest allows the correction of drift.
func (c *incarnations) correctsDrift() bool {
	return c.obj.Container.Drift != spec.DriftWarn && c.obj.Container.Drift != spec.DriftIgnore
}

// correctionID distinguishes corrections: by fields, manifest and image.
func (c *incarnations) correctionID(found []engine.Difference) string {
	return fieldNames(found) + " " + string(c.hash) + " " + c.Observed.Images[c.obj.Container.ImageReference()]
}

// fieldNames lists the fields that differ by their names in the manifest.
func fieldNames(found []engine.Difference) string {
	var names []string
	for _, d := range found {
		names = append(names, "spec."+d.Field)
	}
	return strings.Join(slices.Compact(names), ", ")
}

// describeDrift lists the fields that differ, with their observed values.
func describeDrift(found []engine.Difference) string {
	var parts []string
	for _, d := range found {
		text := "spec." + d.Field
		if d.Have != "" {
			text += fmt.Sprintf(" (observed: %.60s)", d.Have)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// correction decides for a container whose main has the desired hash: it corrects
// drift in place where the engine can, otherwise by a replacement.
type correction struct{ replacement }

func (c correction) decide() Decision {
	found := c.differences()
	if c.due(found) {
		return c.correct(found)
	}
	d := c.reportRejected(c.keepRunning(), found)
	proven := len(c.olds) == 0 && c.main.obj.Container.Status == engine.StatusRunning
	d.Corrected = proven && c.record().Corrected != "" && len(found) == 0
	return d
}

// due reports whether drift is to be corrected now. Containers that are done, or
// in the middle of a replacement, are left alone.
func (c correction) due(found []engine.Difference) bool {
	state := c.main.obj.Container
	settled := state.Status == engine.StatusRunning || c.ended() && !c.finished()
	return settled && state.Error == "" && len(c.olds) == 0 && c.corrects(found)
}

// correct returns the correction, with the drift as its cause.
func (c correction) correct(found []engine.Difference) Decision {
	d := c.inPlaceOrReplace(found)
	for i := range d.Actions {
		a := &d.Actions[i]
		if a.Reason == CauseSpecChanged || a.Reason == CauseSwap {
			a.Reason, a.Detail = CauseDrifted, fieldNames(found)
		}
		if a.Verb == Start || a.Verb == Update {
			a.Corrected = c.correctionID(found)
		}
	}
	return d
}

// inPlaceOrReplace updates main when the engine can change all drifted fields in
// place, and replaces it otherwise.
func (c correction) inPlaceOrReplace(found []engine.Difference) Decision {
	live := !slices.ContainsFunc(found, func(d engine.Difference) bool { return !d.Live() })
	want := c.config()
	if !live || !want.Resources.Reachable(c.main.obj.Container.Config.Resources) {
		r := c.replacement
		r.force = true
		return r.replace()
	}
	var u engine.Update
	for _, d := range found {
		if d.Field == "restartPolicy" {
			u.RestartPolicy = &want.RestartPolicy
		} else {
			u.Resources = &want.Resources
		}
	}
	d := Decision{Key: c.obj.Key(), Actions: []Action{{
		Verb: Update, Key: c.obj.Key(), Object: c.obj, Target: c.main.obj.ID, Reason: CauseSpecChanged, Update: u,
	}}}
	return c.delayRetry(d)
}

// reportRejected adds a blocker to d when drift remains because the replacement
// that was to correct it did not come up.
func (c correction) reportRejected(d Decision, found []engine.Difference) Decision {
	rec := c.record()
	if rec.Rejected != c.hash || len(c.olds) > 0 || len(d.Actions) > 0 || !c.correctable(found) {
		return d
	}
	d.Blocked = append(d.Blocked, Blocker{
		Key: d.Key, Reason: condition.ReasonReplacementFailed, Stalls: true,
		Message: fieldNames(found) + ": the replacement that was to correct it failed (" + rec.RejectedFor +
			") and the old container was restored: change the manifest, or try again with `reconciler start " + d.Key.Name + "`",
	})
	return d
}
