// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"slices"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

func TestProblems(t *testing.T) {
	t.Run("a_broken_file_is_reported_and_changes_nothing", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db")))
			r.settle()
			before := r.Mutations()
			s := set(web("db"))
			s.Problems = []spec.Problem{problem(key("db"), "db.yaml", "ManifestInvalid")}
			r.controller.SetDesired(s)
			r.settle()
			r.wantCondition(r.report("db"), condition.Accepted, "False", condition.ReasonManifestInvalid)
			r.wantReady("db")
			if r.Mutations() != before {
				t.Error("something was changed")
			}
			if !slices.Contains(r.reasons("db"), "ManifestInvalid") {
				t.Errorf("events %v", r.reasons("db"))
			}
			r.controller.SetDesired(set(web("db")))
			r.settle()
			r.wantCondition(r.report("db"), condition.Accepted, "True", condition.ReasonAccepted)
		})
	})
	t.Run("a_file_without_any_object_is_reported_until_it_is_corrected", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			s := set(web("db"))
			s.Problems = []spec.Problem{problem(spec.Key{}, "sub/Bad.yaml", "ManifestInvalid")}
			r.controller.SetDesired(s)
			r.settle()
			k := status.ManifestKey("sub/Bad.yaml")
			report := r.all()[k]
			r.wantCondition(report, condition.Accepted, "False", condition.ReasonManifestInvalid)
			r.wantCondition(report, condition.Ready, "False", condition.ReasonManifestInvalid)
			r.wantCondition(report, condition.Stalled, "True", condition.ReasonManifestInvalid)
			if report.Status.Phase != "Invalid" || report.Status.Source != "sub/Bad.yaml:3:5" {
				t.Errorf("phase %q, source %q", report.Status.Phase, report.Status.Source)
			}
			r.controller.SetDesired(set(web("db")))
			r.settle()
			if _, still := r.all()[k]; still {
				t.Error("the report is still there")
			}
		})
	})
	t.Run("a_key_with_neither_object_nor_observation_is_reported", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			s := set(web("db"))
			s.Problems = []spec.Problem{problem(key("bad"), "bad.yaml", "ManifestInvalid")}
			r.controller.SetDesired(s)
			r.settle()
			r.wantCondition(r.report("bad"), condition.Accepted, "False", condition.ReasonManifestInvalid)
			r.controller.SetDesired(set(web("db")))
			r.settle()
			if _, still := r.all()[key("bad")]; still {
				t.Error("the report is still there")
			}
		})
	})
	t.Run("paths_become_dns_names_without_colliding", func(t *testing.T) {
		got := map[string]string{}
		for _, file := range []string{"web.yaml", "a/b.yaml", "a-b.yaml", "A-b.yaml"} {
			got[status.ManifestKey(file).Name] = file
		}
		if len(got) != 4 || got["web.yaml"] == "" || got["a-b.yaml"] != "a-b.yaml" {
			t.Errorf("names: %v", got)
		}
	})
}
