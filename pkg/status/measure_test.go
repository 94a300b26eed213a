// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

func TestMeasure(t *testing.T) {
	s := status.NewStore(status.Options{})
	run := status.Run{ContainerID: "1", StartedAt: began}
	publish(s, status.Report{Key: key("web"), Run: run})
	before, version := s.List()
	used := v1alpha1.Metrics{CPUPercent: 12.5, SampledAt: began}
	s.Measure(map[spec.Key]status.Measured{key("web"): {Run: run, Metrics: used}})
	metrics := func() *v1alpha1.Metrics { r, _ := s.Get(key("web")); return r.Status.Metrics }

	if m := metrics(); m == nil || *m != used {
		t.Errorf("the usage is not reported: %v", m)
	}
	if before[0].Status.Metrics != nil {
		t.Error("a report changed after it was returned")
	}
	if s.Version() != version {
		t.Error("watchers received a change")
	}
	publish(s, status.Report{Key: key("web"), Run: run})
	if s.Version() != version || metrics() == nil {
		t.Errorf("the same report again is a change: %v", metrics())
	}
	publish(s, status.Report{Key: key("web"), Run: run, Status: v1alpha1.Status{Restarts: 1}})
	if c, found, _ := s.Watch(version).Ready(); !found || c.Report.Status.Metrics == nil {
		t.Errorf("a change lacks the usage: %+v", c)
	}
	for name, other := range map[string]status.Run{
		"another container": {ContainerID: "2", StartedAt: began},
		"another run":       {ContainerID: "1", StartedAt: began.Add(time.Millisecond)},
		"one that ended":    {ContainerID: "1", StartedAt: began, FinishedAt: began.Add(time.Second)},
	} {
		publish(s, status.Report{Key: key("web"), Run: other})
		if m := metrics(); m != nil {
			t.Errorf("%s reports the usage of another run: %v", name, m)
		}
		publish(s, status.Report{Key: key("web"), Run: run})
	}
	s.Measure(nil)
	if m := metrics(); m != nil {
		t.Errorf("usage that is not measured any more is reported: %v", m)
	}
}
