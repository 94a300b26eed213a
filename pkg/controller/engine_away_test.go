// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
)

func TestEngineAway(t *testing.T) {
	for name, tc := range map[string]struct {
		fault memory.Fault
		want  condition.Reason
	}{
		"an_unreachable_engine_is_reported_and_nothing_is_done": {
			memory.Fault{Err: engine.Errorf("dial", engine.Unreachable, "no such file")}, condition.ReasonEngineUnreachable,
		},
		"an_unresponsive_engine_is_reported_and_nothing_is_done": {
			memory.Fault{Hang: true}, condition.ReasonEngineUnresponsive,
		},
	} {
		t.Run(name, func(t *testing.T) {
			controlled(t, func(t *testing.T, r *rig) {
				r.controller.SetDesired(set(shop()...))
				r.settle()
				r.SetFail(func(memory.Op) memory.Fault { return tc.fault })
				r.Break()
				r.pass(5 * time.Minute)
				r.actions()
				r.controller.SetDesired(set(web("db"), web("new"))) // most goes, one comes
				r.pass(time.Hour)
				if done := r.actions(); len(done) > 0 {
					t.Errorf("did %v", done)
				}
				for _, name := range []string{"db", "app", "new"} {
					r.wantCondition(r.report(name), condition.Ready, "Unknown", tc.want)
				}
				r.wantCondition(r.report("new"), condition.Accepted, "True", condition.ReasonAccepted)
				if r.controller.Settled() {
					t.Error("settled without an engine")
				}
				r.SetFail(nil)
				r.pass(time.Minute)
				r.settle()
				r.wantReady("db", "new")
				if len(r.all()) != 3 {
					t.Errorf("%d reports, want two containers and a network", len(r.all()))
				}
			})
		})
	}
	t.Run("an_engine_that_was_never_there_is_reported", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			r.SetFail(func(memory.Op) memory.Fault {
				return memory.Fault{Err: engine.Errorf("dial", engine.Unreachable, "no such file")}
			})
			r.start(nil)
			defer func() { r.stop() }()
			r.controller.SetDesired(set(shop()...))
			r.pass(time.Minute)
			r.wantCondition(r.report("db"), condition.Ready, "Unknown", condition.ReasonEngineUnreachable)
			r.SetFail(nil)
			r.pass(time.Minute)
			r.wantReady("db", "cache", "app", "proxy")
		})
	})
}
