// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// TestRootCause verifies that every object of a chain reports the cause at its
// beginning: the reason, the hint, and the last lines of the log.
func TestRootCause(t *testing.T) {
	controlled(t, func(t *testing.T, r *rig) {
		r.Publish("bad:1", memory.ImageBehaviour{ExitAfter: time.Second, ExitCode: 3, Logs: []string{"one", "no such table: users"}})
		db := changed(web("db"), func(c *spec.Container) { c.Image, c.RestartPolicy.Name = "bad:1", spec.RestartNo })
		completed := func(c *spec.Container) { c.Dependencies[0].Condition = spec.UntilCompleted }
		r.controller.SetDesired(set(db, changed(web("a", "db"), completed), web("b", "a"), web("c", "b")))
		r.settle()
		for _, name := range []string{"a", "b", "c"} {
			r.wantCondition(r.report(name), condition.Ready, "False", condition.ReasonDependencyFailed)
			cause := r.report(name).Status.RootCause
			if cause == nil || cause.Object != "Container/default/db" || cause.Reason != condition.ReasonNonZeroExit || cause.Hint == "" {
				t.Fatalf("%s: %+v", name, cause)
			}
			if diff := cmp.Diff([]string{"one", "no such table: users"}, cause.LastLogLines); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		// They start by themselves when it recovers.
		r.controller.SetDesired(set(web("db"), web("a", "db"), web("b", "a"), web("c", "b")))
		r.settle()
		r.wantReady("db", "a", "b", "c")
	})
}
