// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"slices"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

func TestWarnings(t *testing.T) {
	controlled(t, func(t *testing.T, r *rig) {
		warned := set(web("db"))
		warned.Warnings = []spec.Problem{{Key: key("db"), Reason: spec.ReasonUndeclared, Error: spec.Error{
			Path: "spec.networks[0]", Message: "no manifest declares it", Hint: `did you mean "backend"?`,
		}}}
		count := func() int {
			n := 0
			for _, reason := range r.reasons("db") {
				if reason == spec.ReasonUndeclared {
					n++
				}
			}
			return n
		}
		r.controller.SetDesired(warned)
		r.settle()
		r.wantReady("db")
		events, _ := r.store.Events()
		if i := slices.IndexFunc(events, func(e status.Event) bool { return e.Reason == spec.ReasonUndeclared }); i < 0 ||
			events[i].Type != status.Warning || events[i].Message != `spec.networks[0]: no manifest declares it: did you mean "backend"?` {
			t.Errorf("events %+v", events)
		}
		again := warned
		again.Objects = set(web("db"), web("more")).Objects
		r.controller.SetDesired(again)
		r.settle()
		if n := count(); n != 1 {
			t.Errorf("a warning that stays was recorded %d times", n)
		}
		r.controller.SetDesired(set(web("db")))
		r.controller.SetDesired(warned)
		r.settle()
		if n := count(); n != 2 {
			t.Errorf("a warning that returned was recorded %d times", n)
		}
	})
}
