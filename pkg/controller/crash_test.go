// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// TestCrash verifies that after a crash between any two actions the next controller
// reaches the same state and leaves nothing behind.
func TestCrash(t *testing.T) {
	edited := shop()
	edited[0] = changed(edited[0], func(c *spec.Container) { c.Env = map[string]spec.EnvValue{"A": spec.EnvText("1")} })
	edited[3] = changed(edited[3], func(c *spec.Container) { c.Image = "app:2" })
	for name, tc := range map[string]struct {
		from, to spec.Set
		actions  int
	}{
		"while_starting":  {set(), set(shop()...), 10},
		"while_replacing": {set(shop()...), set(edited...), 13},
		"while_removing":  {set(shop()...), set(), 9},
	} {
		for n := range tc.actions {
			t.Run(fmt.Sprintf("%s_after_%d_actions", name, n), func(t *testing.T) {
				controlled(t, func(t *testing.T, r *rig) {
					r.controller.SetDesired(tc.from)
					r.settle()
					var done atomic.Int64
					r.hook(func(context.Context, plan.Action) error {
						if done.Add(1) > int64(n) {
							return errors.New("dead")
						}
						return nil
					})
					r.controller.SetDesired(tc.to)
					r.pass(3 * time.Second)
					if done.Load() <= int64(n) {
						t.Fatalf("it took no more than %d actions: nothing died", done.Load())
					}
					r.stop()
					r.hook(nil)
					r.start(nil)
					r.controller.SetDesired(tc.to)
					r.settle()
					if got, want := len(r.Snapshot().Objects), len(tc.to.Objects); got != want {
						t.Errorf("%d objects, want %d", got, want)
					}
					for k := range tc.to.Objects {
						if k.Kind == spec.KindContainer {
							r.wantReady(k.Name)
						}
					}
				})
			})
		}
	}
}
