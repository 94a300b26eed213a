// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

var began = time.Date(2026, 1, 2, 3, 4, 5, 600, time.UTC)

// web is a desired container that depends on db.
func web() spec.Object {
	return spec.Object{
		Kind:       spec.KindContainer,
		Metadata:   spec.Metadata{Name: "web", Namespace: "default"},
		Container:  &spec.Container{Image: "web:1", Dependencies: []spec.Dependency{{Name: "db"}}},
		Source:     spec.Position{File: "web.yaml", Line: 1, Column: 1},
		Generation: 3,
	}
}

// world holds web as desired and, unless c is nil, as observed.
func world(c *engine.Container) plan.World {
	obj := web()
	in := plan.Input{
		Settings: plan.Settings{Instance: "default"},
		Desired:  spec.Set{Complete: true, Objects: map[spec.Key]spec.Object{obj.Key(): obj}},
		Now:      began.Add(time.Hour),
	}
	if c != nil {
		id := engine.ID{Kind: engine.KindContainer, Value: "0123456789abcdef"}
		in.Observed.Objects = map[engine.ID]engine.Object{
			id: {ID: id, Name: obj.EngineName(), Labels: owner.Stamp("default", "uid", obj), Container: c},
		}
	}
	return plan.NewWorld(in)
}

func build(c *engine.Container, d plan.Decision) v1alpha1.Status {
	d.Key = web().Key()
	s := status.Build(world(c), d).After(status.Report{}).Status
	s.Conditions = nil // tested in package plan
	return s
}

func TestBuild(t *testing.T) {
	always := v1alpha1.Status{
		ObservedGeneration: 3,
		EngineName:         "web.default",
		Source:             "web.yaml:1:1",
	}
	second := began.Truncate(time.Second)
	later := second.Add(time.Minute)
	next := second.Add(time.Hour + 10*time.Second)
	code := 7
	for name, tc := range map[string]struct {
		container *engine.Container
		decision  plan.Decision
		want      func(*v1alpha1.Status)
	}{
		"one that is not created has only its desired state": {nil, plan.Decision{}, func(*v1alpha1.Status) {}},
		"one that runs has its ports and health": {
			&engine.Container{
				ImageID: "sha256:1", Status: engine.StatusRunning, StartedAt: began, ExitCode: 7,
				FinishedAt: began.Add(-time.Hour), Health: engine.HealthUnhealthy, HealthFailures: 4, HealthLog: "no",
				Ports: []engine.PortBinding{
					{HostIP: "127.0.0.1", HostPort: 8080, ContainerPort: 80, Protocol: "tcp"},
					{HostIP: "::1", HostPort: 5353, ContainerPort: 53, Protocol: "udp"},
				},
			},
			plan.Decision{},
			func(s *v1alpha1.Status) {
				s.ContainerID, s.Image, s.StartedAt = "0123456789abcdef", "sha256:1", &second
				s.Endpoints = []string{"127.0.0.1:8080->80/tcp", "[::1]:5353->53/udp"}
				s.Health = &v1alpha1.Health{Status: "unhealthy", FailingStreak: 4, Log: "no"}
			},
		},
		"one that ended has its exit code and next start": {
			&engine.Container{
				Status: engine.StatusExited, StartedAt: began, FinishedAt: began.Add(time.Minute), ExitCode: 7,
				Health: engine.HealthUnhealthy,
			},
			plan.Decision{RequeueAfter: 10 * time.Second},
			func(s *v1alpha1.Status) {
				s.ContainerID, s.StartedAt, s.FinishedAt = "0123456789abcdef", &second, &later
				s.ExitCode, s.NextRestartAt = &code, &next
				s.LastEnd = &v1alpha1.Termination{ExitCode: 7, StartedAt: second, FinishedAt: later}
			},
		},
		"one that never ran has no exit code": {
			&engine.Container{Status: engine.StatusCreated},
			plan.Decision{},
			func(s *v1alpha1.Status) { s.ContainerID = "0123456789abcdef" },
		},
		"one that waits names its blockers": {
			nil,
			plan.Decision{Blocked: []plan.Blocker{{
				Key: key("db"), Reason: "NotReady", Message: "db is not ready",
			}}},
			func(s *v1alpha1.Status) {
				s.BlockedBy = []v1alpha1.Blocker{{
					Kind: spec.KindContainer, Namespace: "default", Name: "db", Reason: "NotReady", Message: "db is not ready",
				}}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := always
			tc.want(&want)
			ignore := cmpopts.IgnoreFields(v1alpha1.Status{}, "Phase", "RootCause", "Dependencies", "Dependents")
			if diff := cmp.Diff(want, build(tc.container, tc.decision), ignore); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBuildKeepsWhoItIs(t *testing.T) {
	prev := status.Report{UID: "uid", FirstSeen: began}
	got := status.Build(world(nil), plan.Decision{Key: web().Key()}).After(prev)
	if got.UID != "uid" || !got.FirstSeen.Equal(began) || got.Key != web().Key() {
		t.Errorf("%+v", got)
	}
	t.Run("and when its conditions changed", func(t *testing.T) {
		later := world(nil).At(began.Add(2*time.Hour), nil)
		again := status.Build(later, plan.Decision{Key: web().Key()}).After(got)
		if diff := cmp.Diff(got, again); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBuildSetsFirstSeen(t *testing.T) {
	w := world(&engine.Container{Status: engine.StatusRunning, StartedAt: began})
	for id, obj := range w.Observed.Objects {
		obj.Created = began
		w.Observed.Objects[id] = obj
	}
	w = plan.NewWorld(w.Input)
	if got := status.Build(w, plan.Decision{Key: web().Key()}).After(status.Report{}).FirstSeen; !got.Equal(began) {
		t.Errorf("found: %s", got)
	}
	known := status.Report{FirstSeen: began.Add(-time.Hour)}
	if got := status.Build(w, plan.Decision{Key: web().Key()}).After(known).FirstSeen; !got.Equal(known.FirstSeen) {
		t.Errorf("known before: %s", got)
	}
}

func TestBuildKeepsTheLastEnd(t *testing.T) {
	observe := func(prev status.Report, c engine.Container) status.Report {
		return status.Build(world(&c), plan.Decision{Key: web().Key()}).After(prev)
	}
	ended := observe(status.Report{}, engine.Container{
		Status: engine.StatusExited, StartedAt: began, FinishedAt: began.Add(time.Minute), ExitCode: 137, OOMKilled: true,
	})
	runs := engine.Container{Status: engine.StatusRunning, StartedAt: began.Add(2 * time.Minute), FinishedAt: began.Add(time.Minute)}
	again := observe(ended, runs)
	want := &v1alpha1.Termination{ExitCode: 137, OutOfMemory: true, StartedAt: began.Truncate(time.Second), FinishedAt: began.Truncate(time.Second).Add(time.Minute)}
	if diff := cmp.Diff(want, observe(again, runs).Status.LastEnd); diff != "" {
		t.Error(diff)
	}
	ended.Status.ContainerID = "another"
	if got := observe(ended, runs).Status.LastEnd; got != nil {
		t.Errorf("the end of another container is reported: %+v", got)
	}
}

func TestBuildNamesDependencies(t *testing.T) {
	got := status.Build(world(nil), plan.Decision{Key: web().Key()}).After(status.Report{})
	if diff := cmp.Diff([]string{"Container/default/db", "Network/default/default"}, got.Status.Dependencies); diff != "" {
		t.Error(diff)
	}
}
