// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
)

// bench is an engine with virtual time.
type bench struct {
	*memory.Engine
	t   *testing.T
	now time.Time
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, now: time.Unix(1_700_000_000, 0).UTC()}
	b.Engine = memory.New(memory.Options{Clock: func() time.Time { return b.now }, RecordCalls: true})
	b.AddImage("app:1", memory.ImageBehaviour{})
	return b
}

func (b *bench) create(cfg engine.ContainerConfig) engine.ID {
	b.t.Helper()
	id, err := b.CreateContainer(b.t.Context(), cfg)
	b.noError(err)
	return id
}

func (b *bench) run(cfg engine.ContainerConfig) engine.ID {
	b.t.Helper()
	id := b.create(cfg)
	b.noError(b.Start(b.t.Context(), id))
	return id
}

func (b *bench) noError(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) get(id engine.ID) *engine.Container {
	b.t.Helper()
	obj, err := b.Get(b.t.Context(), id)
	b.noError(err)
	return obj.Container
}

func (b *bench) wantCode(err error, want engine.Code) {
	b.t.Helper()
	if got := engine.CodeOf(err); got != want {
		b.t.Fatalf("code = %q (%v), want %q", got, err, want)
	}
}

func TestTime(t *testing.T) {
	t.Run("a_job_exits_when_it_is_due", func(t *testing.T) {
		b := newBench(t)
		b.AddImage("job:1", memory.ImageBehaviour{ExitAfter: time.Minute, ExitCode: 3})
		id := b.run(engine.ContainerConfig{Name: "job", Image: "job:1"})
		due := b.now.Add(time.Minute)
		if at, ok := b.NextChange(); !ok || !at.Equal(due) {
			t.Fatalf("NextChange = %v, %v, want %v", at, ok, due)
		}
		b.now = due.Add(-1)
		if got := b.get(id).Status; got != engine.StatusRunning {
			t.Fatalf("status before it is due = %s", got)
		}
		b.now = due.Add(time.Hour)
		c := b.get(id)
		if c.Status != engine.StatusExited || c.ExitCode != 3 || !c.FinishedAt.Equal(due) {
			t.Fatalf("after it is due: %s, exit %d, finished %v", c.Status, c.ExitCode, c.FinishedAt)
		}
		if _, ok := b.NextChange(); ok {
			t.Fatal("NextChange returns another change")
		}
	})
	t.Run("containers_chosen_by_SetJobs_exit_with_0", func(t *testing.T) {
		b := newBench(t)
		b.AddImage("bad:1", memory.ImageBehaviour{ExitAfter: time.Minute, ExitCode: 3})
		b.SetJobs(func(labels map[string]string) bool { return labels["job"] != "" })
		job := b.run(engine.ContainerConfig{Name: "job", Image: "app:1", Labels: map[string]string{"job": "yes"}})
		bad := b.run(engine.ContainerConfig{Name: "bad", Image: "bad:1", Labels: map[string]string{"job": "yes"}})
		web := b.run(engine.ContainerConfig{Name: "web", Image: "app:1"})
		for range 2 {
			b.now = b.now.Add(time.Second)
			if c := b.get(job); c.Status != engine.StatusExited || c.ExitCode != 0 {
				t.Fatalf("after a second the job is %s, exit %d", c.Status, c.ExitCode)
			}
			b.noError(b.Start(t.Context(), job))
		}
		b.now = b.now.Add(time.Minute)
		if c := b.get(bad); c.ExitCode != 3 {
			t.Errorf("the container whose image exits has code %d, want 3", c.ExitCode)
		}
		if c := b.get(web); c.Status != engine.StatusRunning {
			t.Errorf("the container that is not a job is %s", c.Status)
		}
	})
	t.Run("a_check_passes_after_its_interval", func(t *testing.T) {
		b := newBench(t)
		check := &engine.HealthCheck{Test: []string{"CMD", "true"}, Interval: 2 * time.Second}
		id := b.run(engine.ContainerConfig{Name: "web", Image: "app:1", HealthCheck: check})
		if got := b.get(id).Health; got != engine.HealthStarting {
			t.Fatalf("health at the start = %q", got)
		}
		b.now = b.now.Add(2 * time.Second)
		if got := b.Snapshot().Objects[id].Container.Health; got != engine.HealthHealthy {
			t.Fatalf("health after the interval = %q", got)
		}
	})
	t.Run("an_unhealthy_image_fails_after_its_retries", func(t *testing.T) {
		b := newBench(t)
		b.AddImage("sick:1", memory.ImageBehaviour{Unhealthy: true})
		check := &engine.HealthCheck{Test: []string{"CMD", "true"}, Interval: time.Second, Retries: 4}
		id := b.run(engine.ContainerConfig{Name: "web", Image: "sick:1", HealthCheck: check})
		b.now = b.now.Add(4 * time.Second)
		if c := b.get(id); c.Health != engine.HealthUnhealthy || c.HealthFailures != 4 {
			t.Fatalf("health = %q with %d failures", c.Health, c.HealthFailures)
		}
	})
	t.Run("a_paused_container_does_not_change", func(t *testing.T) {
		b := newBench(t)
		b.AddImage("job:1", memory.ImageBehaviour{ExitAfter: time.Second})
		id := b.run(engine.ContainerConfig{Name: "job", Image: "job:1"})
		b.Pause(id)
		b.now = b.now.Add(time.Minute)
		if got := b.get(id).Status; got != engine.StatusPaused {
			t.Fatalf("status = %s", got)
		}
		b.Unpause(id)
		if got := b.get(id).Status; got != engine.StatusExited {
			t.Fatalf("status after unpause = %s", got)
		}
	})
}

func TestDeterminism(t *testing.T) {
	run := func() engine.Snapshot {
		b := newBench(t)
		_, err := b.CreateNetwork(t.Context(), engine.NetworkConfig{Name: "net"})
		b.noError(err)
		for _, name := range []string{"a", "b", "c"} {
			b.run(engine.ContainerConfig{
				Name: name, Image: "app:1",
				Attachments: []engine.Attachment{{Network: "net"}},
				Ports:       []engine.PortBinding{{ContainerPort: 80}},
				Mounts:      []engine.Mount{{Type: engine.MountVolume, Target: "/data"}},
			})
		}
		return b.Snapshot()
	}
	if diff := cmp.Diff(run(), run()); diff != "" {
		t.Fatalf("two runs differ:\n%s", diff)
	}
}

func TestFaults(t *testing.T) {
	cut := engine.Errorf("cut", engine.Unreachable, "cut")
	failStart := func(f memory.Fault) func(memory.Op) memory.Fault {
		return func(op memory.Op) memory.Fault {
			if op.Name != "Start" {
				return memory.Fault{}
			}
			return f
		}
	}
	for name, row := range map[string]struct {
		fault   memory.Fault
		code    engine.Code
		started bool
	}{
		"before_the_effect":        {memory.Fault{Err: cut}, engine.Unreachable, false},
		"after_the_effect":         {memory.Fault{Err: cut, After: true}, engine.Unreachable, true},
		"a_hang_before_the_effect": {memory.Fault{Hang: true}, engine.Timeout, false},
		"a_hang_after_the_effect":  {memory.Fault{Hang: true, After: true}, engine.Timeout, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			id := b.create(engine.ContainerConfig{Name: "web", Image: "app:1"})
			b.SetFail(failStart(row.fault))
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			b.wantCode(b.Start(ctx, id), row.code)
			if got := b.get(id).Running(); got != row.started {
				t.Fatalf("running = %v, want %v", got, row.started)
			}
			if b.Mutations() != 2 || len(b.Calls()) != 2 || b.Calls()[1].Name != "Start" {
				t.Fatalf("calls = %v", b.Calls())
			}
		})
	}
}
