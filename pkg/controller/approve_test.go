// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"slices"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestApprove(t *testing.T) {
	all := []spec.Object{web("a"), web("b", "a"), web("c"), web("d")}
	guarded := func(t *testing.T, test func(*testing.T, *rig)) {
		controlled(t, func(t *testing.T, r *rig) {
			r.stop()
			r.start(func(c *controller.Config) { c.Prune = plan.Prune{Guard: 30, Free: 1} })
			r.controller.SetDesired(set(all...))
			r.settle()
			test(t, r)
		})
	}
	kept := []spec.Key{key("a"), key("b")}
	t.Run("withheld_objects_are_removed_in_order_once_they_are_approved", func(t *testing.T) {
		guarded(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(all[2:]...))
			r.settle()
			if got := r.controller.Withheld(); !slices.Equal(got, kept) {
				t.Fatalf("withheld are %v", got)
			}
			r.wantCondition(r.report("a"), condition.Stalled, "True", condition.ReasonPruneWithheld)
			r.actions()
			if got := r.controller.Approve([]spec.Key{key("b"), key("c"), key("a")}); !slices.Equal(got, []spec.Key{key("b"), key("a")}) {
				t.Fatalf("approved are %v", got)
			}
			r.settle()
			if got := len(r.controller.Withheld()); got != 0 {
				t.Errorf("%d are still withheld", got)
			}
			if got := r.controller.World().Prune.Approved; len(got) > 1 || !got[key("c")] {
				t.Errorf("remaining approvals: %v", got)
			}
			want := []string{"stop b", "remove b", "stop a", "remove a"}
			if got := r.actions(); !slices.Equal(got, want) {
				t.Errorf("actions %v, want %v", got, want)
			}
			r.wantReady("c", "d")
		})
	})
	t.Run("objects_approved_in_advance_are_removed_at_once", func(t *testing.T) {
		guarded(t, func(t *testing.T, r *rig) {
			if got := r.controller.Approve(kept); len(got) > 0 {
				t.Errorf("kept were %v", got)
			}
			r.controller.SetDesired(set(append(slices.Clone(all), web("more"))...)) // another change comes first
			r.settle()
			r.controller.SetDesired(set(all[2:]...))
			r.settle()
			if _, left := r.all()[key("a")]; left {
				t.Errorf("withheld are %v", r.controller.Withheld())
			}
		})
	})
	t.Run("an_approval_ends_when_the_object_is_declared_again", func(t *testing.T) {
		guarded(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(all[2:]...))
			r.settle()
			r.controller.Approve(kept)
			r.settle()
			r.controller.SetDesired(set(all...))
			r.settle()
			r.wantReady("a", "b")
			r.controller.SetDesired(set(all[2:]...))
			r.settle()
			if got := r.controller.Withheld(); !slices.Equal(got, kept) {
				t.Errorf("withheld are %v", got)
			}
		})
	})
	t.Run("a_restarted_controller_requires_the_approval_again", func(t *testing.T) {
		guarded(t, func(t *testing.T, r *rig) {
			r.stop()
			r.start(func(c *controller.Config) { c.Prune = plan.Prune{Guard: 30, Free: 1} })
			r.controller.SetDesired(set(all[2:]...))
			r.settle()
			if got := r.controller.Withheld(); !slices.Equal(got, kept) {
				t.Errorf("withheld are %v", got)
			}
		})
	})
}
