// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// The fields that the controller compares itself.
const (
	fieldImage  = "spec.image"
	fieldLabels = "spec.labels"
)

// drift is which fields of the manifest a container does not match that was made
// from it, sorted. Only what the manifest declares is compared: what the engine
// or the image adds is none of our concern.
func (w World) drift(c cast) []string {
	if c.main == nil || !c.fresh(*c.main) {
		return nil
	}
	state := c.main.obj.Container
	var fields []string
	if id, known := w.Observed.Images[c.obj.Container.ImageReference()]; known && id != state.ImageID {
		fields = append(fields, fieldImage)
	}
	want := w.containerConfig(c.obj)
	for _, d := range engine.Differences(*want, c.main.obj) {
		if !elsewhere(d, want) {
			fields = append(fields, "spec."+d.Field)
		}
	}
	if state.Config != nil && (!holdsAll(c.main.obj.Labels, owner.UserLabels(c.obj.Container.Labels)) ||
		!holdsAll(c.main.obj.Labels, owner.UserLabels(c.obj.Metadata.Labels))) {
		fields = append(fields, fieldLabels)
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}

// elsewhere reports that a difference is not decided on as drift: networks are
// joined and left, the image is known by its ID, and whose namespaces are shared
// is looked after with their owners.
func elsewhere(d engine.Difference, want *engine.ContainerConfig) bool {
	switch d.Field {
	case "networks", "image":
		return true
	case "networkMode", "ipc", "pid":
		return strings.HasPrefix(d.Want, "container:")
	case "hostname":
		return want.NetworkMode != ""
	}
	return false
}

// holdsAll reports that a map has all entries of another.
func holdsAll(have, want map[string]string) bool {
	for k, v := range maps.All(want) {
		if got, ok := have[k]; !ok || got != v {
			return false
		}
	}
	return true
}

// corrects reports that a drift is to be taken away: the manifest leaves that to
// us, and it is not the same again that was corrected before.
func (w World) corrects(c cast, fields []string) bool {
	policy := c.obj.Container.Drift
	if len(fields) == 0 || policy == spec.DriftWarn || policy == spec.DriftIgnore {
		return false
	}
	return w.History[c.obj.Key()].Corrected != w.correctionOf(c, fields)
}

// correctionOf tells one correction from another.
func (w World) correctionOf(c cast, fields []string) string {
	return strings.Join(fields, ",") + " " + string(c.hash) + " " + w.Observed.Images[c.obj.Container.ImageReference()]
}

// decideDrift takes a drift away: in place where the engine can, else by a
// replacement. False when nothing is to be done about it now.
func (w World) decideDrift(c cast) (Decision, bool) {
	state := c.main.obj.Container
	settled := state.Status == engine.StatusRunning || state.Status == engine.StatusExited && !w.finished(c.obj, state)
	if !settled || state.Error != "" || len(c.olds) > 0 {
		return Decision{}, false
	}
	fields := w.drift(c)
	if !w.corrects(c, fields) {
		return Decision{}, false
	}
	d := w.correction(c, fields)
	for i := range d.Actions {
		a := &d.Actions[i]
		if a.Reason == WhySpecChanged || a.Reason == WhySwap {
			a.Reason, a.Detail = WhyDrifted, strings.Join(fields, ", ")
		}
		if a.Verb == Start || a.Verb == Update {
			a.Corrected = w.correctionOf(c, fields)
		}
	}
	return d, true
}

// correction is what makes a container again what the manifest wants.
func (w World) correction(c cast, fields []string) Decision {
	state := c.main.obj.Container
	recreates := slices.ContainsFunc(fields, func(f string) bool {
		return !engine.Difference{Field: strings.TrimPrefix(f, "spec.")}.Live()
	})
	want := w.containerConfig(c.obj)
	if recreates || !want.Resources.Reachable(state.Config.Resources) {
		c.drifted = true
		return w.decideStale(c)
	}
	d := Decision{Key: c.obj.Key(), Actions: []Action{{
		Verb: Update, Key: c.obj.Key(), Object: c.obj, Target: c.main.obj.ID, Reason: WhySpecChanged,
		Update: engine.Update{Resources: &want.Resources, RestartPolicy: &want.RestartPolicy},
	}}}
	return w.gateFailure(d, c.hash)
}
