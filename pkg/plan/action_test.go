// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// sameMeaning lists the words that are both a cause and a reason and mean the
// same in both.
var sameMeaning = []string{"Drifted"}

// TestCauseWords checks that each word which is both a cause and a reason of a
// condition either means the same or has another reason in conditions.
func TestCauseWords(t *testing.T) {
	var shared []string
	reasons := words(t, "../condition", "Reason")
	for _, cause := range words(t, ".", "Cause") {
		if slices.Contains(reasons, cause) && !slices.Contains(sameMeaning, cause) {
			shared = append(shared, cause)
		}
	}
	want := []string{string(plan.CauseExited), string(plan.CauseReplacementFailed)} // see TestReconcilingReason
	if diff := cmp.Diff(want, shared); diff != "" {
		t.Errorf("words with two meanings (-want +got):\n%s", diff)
	}
}

func TestReconcilingReason(t *testing.T) {
	obj := spec.Object{
		Kind: spec.KindContainer, Metadata: spec.Metadata{Name: "web", Namespace: "default"},
		Container: &spec.Container{Image: "web:1", NetworkMode: "none", RestartPolicy: spec.RestartPolicy{Name: spec.RestartAlways}},
	}
	web := incarnation(obj, "1", ended(0))
	old := incarnation(obj, "2", &engine.Container{Status: engine.StatusExited, StartedAt: noon.Add(-1), FinishedAt: noon})
	old.Name = owner.TemporaryName(obj.EngineName(), "2")
	old.Labels[owner.LabelHash] = "v1:old"
	for name, tc := range map[string]struct {
		observed []engine.Object
		want     condition.Reason
	}{
		"container to be restarted":  {[]engine.Object{web}, condition.ReasonRestarting},
		"replacement to be reverted": {[]engine.Object{web, old}, condition.ReasonRollingBack},
		"container to be created":    {nil, "Missing"},
	} {
		t.Run(name, func(t *testing.T) {
			in := plan.Input{
				Settings: plan.Settings{Instance: instance}, Now: noon,
				Desired:  spec.Set{Complete: true, Objects: map[spec.Key]spec.Object{obj.Key(): obj}},
				Observed: engine.Snapshot{Objects: map[engine.ID]engine.Object{}},
			}
			for _, o := range tc.observed {
				in.Observed.Objects[o.ID] = o
			}
			w := plan.NewWorld(in)
			conditions := plan.Conditions(w, plan.Decide(w, obj.Key()), nil)
			got := condition.Find(conditions, condition.Reconciling)
			if got == nil || got.Reason != string(tc.want) {
				t.Errorf("got %v, want %s in %v", got, tc.want, conditions)
			}
		})
	}
}

// incarnation returns an engine object that was created for obj.
func incarnation(obj spec.Object, uid string, state *engine.Container) engine.Object {
	return engine.Object{
		ID: engine.ID{Kind: engine.KindContainer, Value: uid}, Name: obj.EngineName(),
		Labels: owner.Stamp(instance, uid, obj), Container: state, Created: noon,
	}
}
