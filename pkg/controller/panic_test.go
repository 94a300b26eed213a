// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// panicking is a store that panics when it records the report of a key.
type panicking struct {
	controller.Store
	key   spec.Key
	armed atomic.Bool
}

func (s *panicking) Update(k spec.Key, change func(status.Report) status.Report) {
	s.Store.Update(k, func(old status.Report) status.Report {
		if k == s.key && s.armed.CompareAndSwap(true, false) {
			panic("boom")
		}
		return change(old)
	})
}

func TestPanics(t *testing.T) {
	t.Run("a_panic_while_a_report_is_published_quarantines_its_key", func(t *testing.T) {
		controlled(t, func(_ *testing.T, r *rig) {
			store := &panicking{key: key("db")}
			r.stop()
			r.start(func(c *controller.Config) { store.Store, c.Store = c.Store, store })
			store.armed.Store(true)
			r.controller.SetDesired(set(web("db"), web("cache")))
			r.pass(time.Minute)
			r.wantReady("cache")
			r.wantCondition(r.report("db"), condition.Stalled, "True", condition.ReasonInternalError)
			r.pass(time.Hour)
			r.wantReady("db", "cache")
		})
	})
	t.Run("a_panic_in_a_callback_of_the_observer_stops_nothing", func(t *testing.T) {
		for name, provoke := range map[string]func(*rig){
			"Changed":      func(r *rig) { r.pass(time.Minute) }, // a resync
			"StateChanged": func(r *rig) { r.Break() },
		} {
			t.Run(name, func(t *testing.T) {
				controlled(t, func(t *testing.T, r *rig) {
					var armed atomic.Bool
					r.stop()
					r.start(func(c *controller.Config) {
						c.Now = func() time.Time {
							if armed.CompareAndSwap(true, false) {
								panic("boom")
							}
							return time.Now()
						}
					})
					r.controller.SetDesired(set(web("db")))
					r.settle()
					armed.Store(true)
					provoke(r)
					r.pass(time.Minute)
					if armed.Load() {
						t.Fatal("nothing panicked")
					}
					r.Kill(r.container("db").ID, 1)
					r.pass(time.Minute)
					r.wantReady("db")
				})
			})
		}
	})
}

func TestPanicWhileTheWorldIsBuilt(t *testing.T) {
	desired := func(in plan.Input) bool {
		_, bad := in.Desired.Objects[key("bad")]
		return bad
	}
	observed := func(in plan.Input) bool {
		for _, obj := range in.Observed.Objects {
			if obj.Name == "bad.default" {
				return true
			}
		}
		return false
	}
	for name, panics := range map[string]func(plan.Input) bool{
		"a_desired_object_that_panics_alone_is_quarantined":   desired,
		"an_observed_object_that_panics_alone_is_quarantined": observed,
		"an_object_that_panics_with_others_is_quarantined": func(in plan.Input) bool {
			return desired(in) && len(in.Desired.Objects) > 1
		},
	} {
		t.Run(name, func(t *testing.T) {
			controlled(t, func(t *testing.T, r *rig) {
				var broken atomic.Bool
				r.stop()
				r.start(nil)
				r.controller.SetBuild(func(in plan.Input) plan.World {
					if broken.Load() && panics(in) {
						panic("boom")
					}
					return plan.NewWorld(in)
				})
				r.controller.SetDesired(set(web("bad"), web("db")))
				r.settle()
				bad := r.container("bad").ID
				broken.Store(true)
				r.controller.SetDesired(set(web("bad"), web("db"), web("cache")))
				r.pass(time.Minute)
				r.Kill(r.container("db").ID, 1)
				r.pass(time.Minute)
				r.wantReady("db", "cache")
				r.wantCondition(r.report("bad"), condition.Stalled, "True", condition.ReasonInternalError)
				if r.container("bad").ID != bad {
					t.Error("the container of the quarantined key was replaced")
				}
				broken.Store(false)
				r.pass(2 * time.Hour)
				r.wantReady("bad", "db", "cache")
			})
		})
	}
}
