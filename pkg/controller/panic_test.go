// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// panicking is a store that panics once it is armed, when it records the report of
// a key, or reads it.
type panicking struct {
	controller.Store
	key            spec.Key
	armed, reading atomic.Bool
}

func (s *panicking) Get(k spec.Key) (status.Report, bool) {
	if k == s.key && s.reading.CompareAndSwap(true, false) {
		panic("boom")
	}
	return s.Store.Get(k)
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

// bothDesired reports whether two containers are desired.
func bothDesired(in plan.Input, a, b string) bool {
	_, first := in.Desired.Objects[key(a)]
	_, second := in.Desired.Objects[key(b)]
	return first && second
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
		"pairs_of_objects_that_panic_together_lose_one_each": func(in plan.Input) bool {
			return bothDesired(in, "also", "bad") || bothDesired(in, "other", "worse")
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
				all := []spec.Object{web("bad"), web("db"), web("also"), web("other"), web("worse")}
				r.controller.SetDesired(set(all...))
				r.settle()
				bad := r.container("bad").ID
				broken.Store(true)
				r.controller.SetDesired(set(append(all, web("cache"))...))
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
				r.wantReady("bad", "db", "cache", "also", "other", "worse")
			})
		})
	}
}

// TestPanicOfEveryWorld checks that no call panics when the world cannot be built
// from any objects, and that the controller recovers.
func TestPanicOfEveryWorld(t *testing.T) {
	for name, call := range map[string]func(*testing.T, *rig){
		"SetDesired": func(_ *testing.T, r *rig) { r.controller.SetDesired(set(web("db"), web("cache"))) },
		"Submit": func(t *testing.T, r *rig) {
			if err := r.controller.Submit(key("db"), plan.CommandRestart); err != nil {
				t.Error(err)
			}
		},
		"Approve": func(_ *testing.T, r *rig) { r.controller.Approve([]spec.Key{key("db")}) },
		"Settled": func(_ *testing.T, r *rig) { r.controller.Settled() },
		"World":   func(_ *testing.T, r *rig) { r.controller.World() },
	} {
		t.Run(name, func(t *testing.T) {
			controlled(t, func(t *testing.T, r *rig) {
				var broken atomic.Bool
				r.stop()
				r.start(nil)
				r.controller.SetBuild(func(in plan.Input) plan.World {
					if broken.Load() {
						panic("boom")
					}
					return plan.NewWorld(in)
				})
				r.controller.SetDesired(set(web("db")))
				r.settle()
				r.actions()
				broken.Store(true)
				r.controller.Approve(nil) // the next world is built
				call(t, r)
				r.pass(time.Minute)
				r.wantCondition(r.report("db"), condition.Stalled, "True", condition.ReasonInternalError)
				if done := r.actions(); len(done) > 0 {
					t.Errorf("actions %v without a world", done)
				}
				broken.Store(false)
				r.pass(2 * time.Hour)
				r.wantReady("db")
			})
		})
	}
}

// TestPanicOutsideOfAPass checks that a panic while a report is published for a
// command, or while the controller checks whether it is settled, quarantines the
// key, and that the command is carried out afterwards.
func TestPanicOutsideOfAPass(t *testing.T) {
	t.Run("Submit", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			store := &panicking{key: key("db")}
			r.stop()
			r.start(func(c *controller.Config) { store.Store, c.Store = c.Store, store })
			r.controller.SetDesired(set(web("db")))
			r.settle()
			r.pass(time.Minute) // a container that has just started is not restarted
			r.actions()
			store.armed.Store(true)
			if err := r.controller.Submit(key("db"), plan.CommandRestart); err != nil {
				t.Fatal(err)
			}
			r.pass(time.Hour)
			r.wantReady("db")
			if done := r.actions(); !slices.Contains(done, "start db") {
				t.Errorf("the command was not carried out: %v", done)
			}
		})
	})
	t.Run("Settled", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			store := &panicking{key: key("db")}
			r.stop()
			r.start(func(c *controller.Config) { store.Store, c.Store = c.Store, store })
			r.controller.SetDesired(set(web("db")))
			r.settle()
			store.reading.Store(true)
			if r.controller.Settled() {
				t.Error("settled although the check panicked")
			}
			r.wantCondition(r.report("db"), condition.Stalled, "True", condition.ReasonInternalError)
			r.pass(time.Hour)
			r.wantReady("db")
		})
	})
}
