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

// delayedStore delays the first report of generation 2 that is not suspended until
// it is released, so that another report can reach the store before it.
type delayedStore struct {
	controller.Store
	arrived, release chan struct{}
	held             atomic.Bool
}

func (s *delayedStore) Update(k spec.Key, change func(status.Report) status.Report) {
	old, _ := s.Get(k)
	if k == key("app") && !s.held.Load() && generation(change(old)) == 2 && s.held.CompareAndSwap(false, true) {
		close(s.arrived)
		<-s.release
	}
	s.Store.Update(k, change)
}

// generation returns the generation of a report that is not suspended, otherwise 0.
func generation(r status.Report) int64 {
	if condition.IsTrue(r.Status.Conditions, condition.Suspended) {
		return 0
	}
	return r.Object.Generation
}

func TestReportsSurviveRaces(t *testing.T) {
	t.Run("a_command_during_a_pass_is_not_lost", func(t *testing.T) {
		controlled(t, func(_ *testing.T, r *rig) {
			delayed := &delayedStore{arrived: make(chan struct{}), release: make(chan struct{})}
			r.stop()
			r.start(func(c *controller.Config) { delayed.Store, c.Store = c.Store, delayed })
			r.controller.SetDesired(set(web("app")))
			r.settle()
			r.controller.SetDesired(set(changed(web("app"), func(c *spec.Container) { c.StopGracePeriod = spec.Duration(time.Second) })))
			<-delayed.arrived
			r.check(r.controller.Submit(key("app"), plan.CommandSuspend))
			close(delayed.release)
			r.pass(10 * time.Minute)
			r.wantCondition(r.report("app"), condition.Suspended, "True", condition.ReasonSuspended)
		})
	})
}
