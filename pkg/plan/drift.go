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

// drift is in which fields a container is not what its manifest says, though it
// was made from it. Only what the manifest declares is compared: what the engine
// or the image adds is none of our concern. Networks are compared where they are
// joined and left.
func (w World) drift(c cast) []engine.Difference {
	if c.main == nil || !c.fresh(*c.main) {
		return nil
	}
	var found []engine.Difference
	ref, have := c.obj.Container.ImageReference(), c.main.obj.Container.ImageID
	if id, known := w.Observed.Images[ref]; known && id != have {
		found = append(found, engine.Difference{Field: "image"})
	}
	want := w.containerConfig(c.obj)
	want.Labels = owner.UserLabels(c.obj.Metadata.Labels)
	for k, v := range owner.UserLabels(c.obj.Container.Labels) {
		want.Labels[k] = v
	}
	for _, mode := range []*string{&want.NetworkMode, &want.IPC, &want.PID} {
		if _, shared := spec.SharedWith(*mode, ""); shared {
			*mode = "" // boundToOld compares it
		}
	}
	for _, d := range engine.Differences(*want, c.main.obj) {
		if !elsewhere(d, want) {
			found = append(found, d)
		}
	}
	return found
}

// elsewhere reports that a difference is not decided on as drift: networks are
// joined and left, and the image is known by its ID.
func elsewhere(d engine.Difference, want *engine.ContainerConfig) bool {
	switch d.Field {
	case "networks", "image":
		return true
	case "hostname":
		return want.NetworkMode != ""
	}
	return false
}

// fieldsOf are the fields that differ by their names in the manifest.
func fieldsOf(found []engine.Difference) string {
	var names []string
	for _, d := range found {
		names = append(names, "spec."+d.Field)
	}
	return strings.Join(slices.Compact(names), ", ")
}

// tell says what is, and what should be.
func tell(found []engine.Difference) string {
	var parts []string
	for _, d := range found {
		text := "spec." + d.Field
		if d.Have != "" {
			text += fmt.Sprintf(" (it is %.60s)", d.Have)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// corrects reports that a drift is to be taken away: the manifest leaves that to
// us, and it is not the same again that was corrected before.
func (w World) corrects(c cast, found []engine.Difference) bool {
	policy := c.obj.Container.Drift
	if len(found) == 0 || policy == spec.DriftWarn || policy == spec.DriftIgnore {
		return false
	}
	return w.History[c.obj.Key()].Corrected != w.correctionOf(c, found)
}

// correctionOf tells one correction from another.
func (w World) correctionOf(c cast, found []engine.Difference) string {
	return fieldsOf(found) + " " + string(c.hash) + " " + w.Observed.Images[c.obj.Container.ImageReference()]
}

// decideDrift takes a drift away: in place where the engine can, else by a
// replacement. False when nothing is to be done about it now.
func (w World) decideDrift(c cast) (Decision, bool) {
	state := c.main.obj.Container
	settled := state.Status == engine.StatusRunning || state.Status == engine.StatusExited && !w.finished(c.obj, state)
	if !settled || state.Error != "" || len(c.olds) > 0 {
		return Decision{}, false
	}
	found := w.drift(c)
	if !w.corrects(c, found) {
		return Decision{}, false
	}
	d := w.correction(c, found)
	for i := range d.Actions {
		a := &d.Actions[i]
		if a.Reason == CauseSpecChanged || a.Reason == CauseSwap {
			a.Reason, a.Detail = CauseDrifted, fieldsOf(found)
		}
		if a.Verb == Start || a.Verb == Update {
			a.Corrected = w.correctionOf(c, found)
		}
	}
	return d, true
}

// leaveDrift says in a decision that a drift stays, for what was to take it away
// did not come up.
func (w World) leaveDrift(d Decision, c cast) Decision {
	rec := w.History[d.Key]
	if rec.Rejected != c.hash || len(c.olds) > 0 || len(d.Actions) > 0 {
		return d
	}
	found := w.drift(c)
	if policy := c.obj.Container.Drift; len(found) == 0 || policy == spec.DriftWarn || policy == spec.DriftIgnore {
		return d
	}
	d.Blocked = append(d.Blocked, Blocker{
		Key: d.Key, Reason: condition.ReasonReplacementFailed, Stalls: true,
		Message: fieldsOf(found) + ": the container that was to correct it did not come up (" + rec.RejectedFor +
			"), and the old one was put back: change the manifest, or `reconciler start " + d.Key.Name + "` to try again",
	})
	return d
}

// correction is what makes a container again what the manifest wants.
func (w World) correction(c cast, found []engine.Difference) Decision {
	state := c.main.obj.Container
	lives := !slices.ContainsFunc(found, func(d engine.Difference) bool { return !d.Live() })
	want := w.containerConfig(c.obj)
	if !lives || !want.Resources.Reachable(state.Config.Resources) {
		c.drifted = true
		return w.decideStale(c)
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
	return w.gateFailure(d, c.hash)
}
