// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestIdentity(t *testing.T) {
	t.Run("outlives_the_controller", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db")))
			r.settle()
			before, made := r.report("db"), r.container("db").Created
			r.stop()
			r.pass(time.Hour)
			r.start(nil)
			r.controller.SetDesired(set(web("db")))
			r.settle()
			after := r.report("db")
			if before.UID == "" || after.UID != before.UID || !after.FirstSeen.Equal(made) {
				t.Errorf("UID %s, before %s; since %s, made %s", after.UID, before.UID, after.FirstSeen, made)
			}
		})
	})
	t.Run("ends_with_the_resource", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			var uids []string
			for range 2 {
				r.controller.SetDesired(set(web("db")))
				r.settle()
				uids = append(uids, r.report("db").UID)
				r.controller.SetDesired(set())
				r.settle()
				r.pass(time.Minute)
			}
			if uids[0] == uids[1] {
				t.Errorf("both have UID %s", uids[0])
			}
		})
	})
	t.Run("is_unique", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("a"), web("b")))
			r.settle()
			if a, b := r.report("a").UID, r.report("b").UID; a == b {
				t.Errorf("both have UID %s", a)
			}
		})
	})
	t.Run("is_kept_while_it_is_replaced", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db")))
			r.settle()
			before := r.report("db")
			r.pass(time.Minute)
			r.controller.SetDesired(set(changed(web("db"), func(c *spec.Container) { c.Image = "other:1" })))
			r.settle()
			if after := r.report("db"); after.UID != before.UID || !after.FirstSeen.Equal(before.FirstSeen) {
				t.Errorf("%s since %s, before %s since %s", after.UID, after.FirstSeen, before.UID, before.FirstSeen)
			}
		})
	})
}
