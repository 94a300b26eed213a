// SPDX-License-Identifier: Apache-2.0

package metrics_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"k8s.io/client-go/util/workqueue"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/metrics"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// recorded returns metrics with some records, and their registry.
func recorded() (*prometheus.Registry, *metrics.Metrics) {
	report := status.Report{Key: spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "db"}}
	report.Status.Restarts = 3
	report.Status.Conditions = []condition.Condition{condition.Make(condition.Ready, "True", condition.ReasonRunning, "", 1)}
	registry := prometheus.NewRegistry()
	m := metrics.New(registry, metrics.Options{
		Version: "1.2.3", Revision: "abc",
		Reports: func() []status.Report { return []status.Report{report} },
		Engine: func() metrics.Engine {
			return metrics.Engine{Connected: true, Reconnects: 2, LastRelist: time.Unix(1000, 0)}
		},
		Usage: func() []metrics.Usage {
			return []metrics.Usage{{Namespace: "default", Name: "db", Stats: engine.Stats{CPUNanos: 25e8, MemoryBytes: 4096, PIDs: 7}}}
		},
	})
	m.Notified("hook", "dropped")
	m.BecameReady(spec.KindContainer, time.Second)
	m.CameBack(time.Second)
	m.Fetched(1 << 20)
	m.Sampled(49, 1, time.Second)
	m.Reconciled(spec.KindContainer, "ok", time.Second)
	m.Acted(plan.Start, "", time.Second)
	m.Acted(plan.Start, engine.PortInUse, time.Second)
	queue := workqueue.NewTypedRateLimitingQueueWithConfig(workqueue.DefaultTypedControllerRateLimiter[string](),
		workqueue.TypedRateLimitingQueueConfig[string]{Name: "controller", MetricsProvider: m})
	queue.Add("x")
	item, _ := queue.Get()
	queue.Done(item)
	queue.ShutDown()
	return registry, m
}

// scrape returns the text of a scrape.
func scrape(t *testing.T) string {
	t.Helper()
	_, m := recorded()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

func TestMetrics(t *testing.T) {
	text := scrape(t)
	for name, want := range map[string]string{
		"reconciliations_are_counted":      `reconciler_reconcile_total{kind="Container",result="ok"} 1`,
		"actions_are_counted_by_result":    `reconciler_action_total{result="PortInUse",verb="start"} 1`,
		"a_successful_action_is_a_success": `reconciler_action_total{result="Success",verb="start"} 1`,
		"the_queue_is_measured":            `reconciler_workqueue_adds_total{name="controller"} 1`,
		"objects_are_counted_by_condition": `reconciler_objects{condition="Ready",kind="Container",status="True"} 1`,
		"restarts_are_shown":               `reconciler_container_restarts{name="db",namespace="default"} 3`,
		"the_engine_is_up":                 `reconciler_engine_up 1`,
		"the_watch_is_down":                `reconciler_engine_watch_up 0`,
		"lost_streams_are_counted":         `reconciler_engine_watch_restarts_total 2`,
		"the_last_list_is_timed":           `reconciler_engine_last_relist_timestamp_seconds 1000`,
		"the_build_is_shown":               `version="1.2.3"`,
		"CPU_usage_is_shown":               `reconciler_container_cpu_seconds_total{name="db",namespace="default"} 2.5`,
		"memory_usage_is_shown":            `reconciler_container_memory_used_bytes{name="db",namespace="default"} 4096`,
		"samples_are_counted":              `reconciler_samples_total{result="ok"} 49`,
		"failed_samples_are_counted":       `reconciler_samples_total{result="error"} 1`,
		"notifications_are_counted":        `reconciler_notifications_total{result="dropped",target="hook"} 1`,
		"edits_are_timed":                  `reconciler_edit_to_ready_seconds_count{kind="Container"} 1`,
		"returns_are_timed":                `reconciler_exit_to_running_seconds_count 1`,
		"unused_conditions_are_zero":       `reconciler_objects{condition="Stalled",kind="Volume",status="True"} 0`,
		"unused_calls_are_zero":            `reconciler_engine_call_duration_seconds_count{operation="pull"} 0`,
		"absent_errors_are_zero":           `reconciler_reconcile_total{kind="Network",result="error"} 0`,
		"the_process_is_measured":          `process_start_time_seconds`,
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in\n%s", want, text)
			}
		})
	}
	t.Run("promlint_finds_no_problems", func(t *testing.T) {
		problems, err := promlint.New(strings.NewReader(text)).Lint()
		if err != nil || len(problems) > 0 {
			t.Errorf("%v, %v", problems, err)
		}
	})
	t.Run("two_controllers_share_no_state", func(t *testing.T) {
		first, second := prometheus.NewRegistry(), prometheus.NewRegistry()
		metrics.New(first, metrics.Options{}).Reconciled(spec.KindVolume, "ok", 0)
		metrics.New(second, metrics.Options{})
		families, err := second.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, family := range families {
			if family.GetName() != "reconciler_reconcile_total" {
				continue
			}
			for _, metric := range family.GetMetric() {
				if metric.GetCounter().GetValue() > 0 {
					t.Errorf("reconciliations of another registry: %v", metric)
				}
			}
		}
	})
}
