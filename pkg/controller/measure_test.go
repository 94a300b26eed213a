// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		counts := &passes{kinds: map[spec.Kind]int{}}
		r.start(func(c *controller.Config) { c.Metrics = counts })
		defer func() { r.stop() }()
		want := func(what string, want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, counts.times()); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
		r.controller.SetDesired(set(web("db")))
		r.settle()
		want("objects that existed at the start were not edited")

		edited := set(web("db"), web("web", "db"))
		edited.Noticed = time.Now()
		r.pass(150 * time.Millisecond) // until the burst of changes was over
		r.controller.SetDesired(edited)
		r.settle()
		want("a new manifest is timed from when it was noticed", "Container ready after 150ms")

		moved := set(web("db"), web("web", "db"))
		for k, obj := range moved.Objects {
			obj.Source.Line++
			moved.Objects[k] = obj
		}
		r.controller.SetDesired(moved)
		r.settle()
		want("one that only moved in its file was not edited")

		next := changed(web("db"), func(c *spec.Container) { c.Image = "app:2" })
		r.controller.SetDesired(set(next, web("web", "db")))
		r.settle()
		r.pass(2 * time.Second) // a replacement has to prove itself
		want("a replacement is timed too", "Container ready after 0s")

		r.Kill(r.container("db").ID, 1)
		r.settle()
		r.Kill(r.container("db").ID, 1)
		r.pass(5 * time.Second)
		want("an end is timed until the next start", "back after 0s", "back after 1s")

		r.ask("db", plan.CommandStop)
		r.settle()
		r.pass(time.Hour)
		r.ask("db", plan.CommandStart)
		r.settle()
		want("one that a user asked for is not")
	})
}
