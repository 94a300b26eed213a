// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"testing"
	"time"
)

func TestLastEnd(t *testing.T) {
	t.Run("is_reported_when_it_runs_again", func(t *testing.T) {
		controlled(t, func(t *testing.T, r *rig) {
			r.controller.SetDesired(set(web("db")))
			r.settle()
			if end := r.report("db").Status.LastEnd; end != nil {
				t.Errorf("before any: %+v", end)
			}
			r.pass(time.Minute)
			r.Kill(r.container("db").ID, 137)
			r.pass(time.Minute)
			report := r.report("db")
			r.wantReady("db")
			if end := report.Status.LastEnd; end == nil || end.ExitCode != 137 || !end.FinishedAt.After(end.StartedAt) {
				t.Errorf("%+v", end)
			}
		})
	})
}
