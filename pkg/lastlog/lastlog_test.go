// SPDX-License-Identifier: Apache-2.0

package lastlog_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/lastlog"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestObserve(t *testing.T) {
	k := spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "db"}
	exited := func(code int, at int64) engine.Object {
		return engine.Object{Container: &engine.Container{Status: engine.StatusExited, ExitCode: code, FinishedAt: time.Unix(at, 0)}}
	}
	running := engine.Object{Container: &engine.Container{Status: engine.StatusRunning}}
	t.Run("each_failure_is_read_once", func(t *testing.T) {
		reads := 0
		logs := lastlog.New(func(context.Context, engine.ID, int) ([]string, error) {
			reads++
			return []string{"panic\r\n", strings.Repeat("x", 500)}, nil
		})
		for _, obj := range []engine.Object{exited(1, 10), exited(1, 10), exited(1, 20)} {
			logs.Observe(t.Context(), k, obj, engine.HealthNone)
		}
		if reads != 2 {
			t.Errorf("%d reads, want 2", reads)
		}
		if diff := cmp.Diff([]string{"panic", strings.Repeat("x", 300)}, logs.Lines(k)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		logs.Forget(k)
		if got := logs.Lines(k); got != nil {
			t.Errorf("forgotten: %q", got)
		}
	})
	for name, tc := range map[string]struct {
		obj    engine.Object
		health engine.Health
		err    error
		want   []string
	}{
		"a_container_that_completed_has_no_lines":  {exited(0, 10), engine.HealthNone, nil, nil},
		"an_unhealthy_container_has_lines":         {running, engine.HealthUnhealthy, nil, []string{"line"}},
		"a_healthy_container_has_no_lines":         {running, engine.HealthHealthy, nil, nil},
		"a_log_that_cannot_be_read_has_no_lines":   {exited(1, 10), engine.HealthNone, errors.New("gone"), nil},
		"an_object_without_container_has_no_lines": {engine.Object{}, engine.HealthNone, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			logs := lastlog.New(func(context.Context, engine.ID, int) ([]string, error) { return []string{"line"}, tc.err })
			logs.Observe(t.Context(), k, tc.obj, tc.health)
			if diff := cmp.Diff(tc.want, logs.Lines(k)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
