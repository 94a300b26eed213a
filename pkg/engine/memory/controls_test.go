// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
)

// disturbance is a change of a running container and its expected result.
type disturbance struct {
	cause  func(*bench, engine.ID)
	result func(*engine.Container) bool
}

func disturbances() map[string]disturbance {
	return map[string]disturbance{
		"kill_exits_with_the_code": {
			func(b *bench, id engine.ID) { b.Kill(id, 9) },
			func(c *engine.Container) bool {
				return c.Status == engine.StatusExited && c.ExitCode == 9 && len(c.Ports) == 0
			},
		},
		"oom_kill_is_reported": {
			func(b *bench, id engine.ID) { b.OOMKill(id) },
			func(c *engine.Container) bool { return c.OOMKilled && c.ExitCode == 137 },
		},
		"a_start_after_an_oom_kill_resets_it": {
			func(b *bench, id engine.ID) { b.OOMKill(id); b.UserStart(id) },
			func(c *engine.Container) bool { return c.Running() && !c.OOMKilled },
		},
		"stop_exits_with_0": {
			func(b *bench, id engine.ID) { b.UserStop(id) },
			func(c *engine.Container) bool { return c.Status == engine.StatusExited && c.ExitCode == 0 },
		},
		"disconnect_removes_the_ports": {
			func(b *bench, id engine.ID) { b.UserDisconnect(id, "net") },
			func(c *engine.Container) bool {
				return c.Running() && len(c.Attachments) == 0 && len(c.Ports) == 0 && c.PublishedPorts == 1
			},
		},
		"connect_restores_the_ports": {
			func(b *bench, id engine.ID) { b.UserDisconnect(id, "net"); b.UserConnect(id, "net") },
			func(c *engine.Container) bool { return len(c.Attachments) == 1 && len(c.Ports) == 1 },
		},
		"health_stays_as_set": {
			func(b *bench, id engine.ID) { b.SetHealth(id, engine.HealthUnhealthy) },
			func(c *engine.Container) bool { return c.Health == engine.HealthUnhealthy && c.HealthFailures == 3 },
		},
		"dead_is_not_running": {
			func(b *bench, id engine.ID) { b.MarkDead(id) },
			func(c *engine.Container) bool { return c.Status == engine.StatusDead && !c.Running() },
		},
		"restart_stops_containers": {
			func(b *bench, _ engine.ID) { b.Restart() },
			func(c *engine.Container) bool { return c.Status == engine.StatusExited && c.ExitCode == 0 },
		},
	}
}

func TestControls(t *testing.T) {
	for name, row := range disturbances() {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			_, err := b.CreateNetwork(t.Context(), engine.NetworkConfig{Name: "net"})
			b.noError(err)
			id := b.run(web("web", 8080))
			before := b.Mutations()
			row.cause(b, id)
			if c := b.get(id); !row.result(c) {
				t.Fatalf("the container is %+v", c)
			}
			if b.Mutations() != before {
				t.Fatal("the change was counted as a call")
			}
		})
	}
}

func web(name string, port int) engine.ContainerConfig {
	return engine.ContainerConfig{
		Name: name, Image: "app:1",
		Attachments: []engine.Attachment{{Network: "net"}},
		Ports:       []engine.PortBinding{{HostPort: port, ContainerPort: 80, Protocol: "tcp"}},
	}
}

func TestUserRemoveAndRename(t *testing.T) {
	b := newBench(t)
	id := b.run(engine.ContainerConfig{Name: "web", Image: "app:1"})
	b.UserRename(id, "other")
	if _, err := b.Find(t.Context(), engine.KindContainer, "other"); err != nil {
		t.Fatal(err)
	}
	b.UserRemove(id)
	_, err := b.Get(t.Context(), id)
	b.wantCode(err, engine.NotFound)
	b.UserRemove(id)
	b.Kill(id, 1) // ignored
}

func TestUserRunCreatesMissingObjects(t *testing.T) {
	b := newBench(t)
	b.Publish("remote:1", memory.ImageBehaviour{})
	id, err := b.UserRun(engine.ContainerConfig{Name: "foreign", Image: "remote:1", Mounts: []engine.Mount{
		{Type: engine.MountVolume, Source: "data", Target: "/data"},
	}})
	b.noError(err)
	if !b.get(id).Running() {
		t.Fatal("the container does not run")
	}
	volume, err := b.Find(t.Context(), engine.KindVolume, "data")
	b.noError(err)
	if len(volume.Labels) != 0 {
		t.Fatalf("the created volume has labels %v", volume.Labels)
	}
	_, err = b.UserRun(engine.ContainerConfig{Name: "foreign", Image: "remote:1"})
	b.wantCode(err, engine.NameInUse)
	_, err = b.UserRun(engine.ContainerConfig{Image: "nowhere:1"})
	b.wantCode(err, engine.ImageNotFound)
}

func TestOccupiedPort(t *testing.T) {
	b := newBench(t)
	_, err := b.UserNetwork(engine.NetworkConfig{Name: "net"})
	b.noError(err)
	b.OccupyPort(8080)
	id := b.create(web("web", 8080))
	b.wantCode(b.Start(t.Context(), id), engine.PortInUse)
	if c := b.get(id); c.Status != engine.StatusCreated || !c.StartedAt.IsZero() || c.Error == "" || c.ExitCode != 128 {
		t.Fatalf("after the failed start: %+v", c)
	}
	b.ReleasePort(8080)
	b.noError(b.Start(t.Context(), id))
	if c := b.get(id); c.Error != "" || len(c.Ports) != 1 {
		t.Fatalf("after the start: %+v", c)
	}
}

func TestPortAddresses(t *testing.T) {
	for name, row := range map[string]struct {
		first, second engine.PortBinding
		want          engine.Code
	}{
		"other_addresses_do_not_collide": {engine.PortBinding{HostIP: "127.0.0.1"}, engine.PortBinding{HostIP: "127.0.0.2"}, ""},
		"every_address_collides":         {engine.PortBinding{HostIP: "127.0.0.1"}, engine.PortBinding{}, engine.PortInUse},
		"other_protocols_do_not_collide": {engine.PortBinding{Protocol: "tcp"}, engine.PortBinding{Protocol: "udp"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			for i, p := range []engine.PortBinding{row.first, row.second} {
				p.HostPort, p.ContainerPort = 53, 53
				id := b.create(engine.ContainerConfig{Name: []string{"a", "b"}[i], Image: "app:1", Ports: []engine.PortBinding{p}})
				err := b.Start(t.Context(), id)
				if i == 1 {
					b.wantCode(err, row.want)
				} else {
					b.noError(err)
				}
			}
		})
	}
}

func TestCommittedImagesHaveLabels(t *testing.T) {
	b := newBench(t)
	ours := b.create(engine.ContainerConfig{Name: "ours", Image: "app:1", Labels: map[string]string{"owner": "us"}})
	b.UserCommit(ours, "copy:1")
	id, err := b.UserRun(engine.ContainerConfig{Name: "foreign", Image: "copy:1"})
	b.noError(err)
	obj, err := b.Get(t.Context(), id)
	b.noError(err)
	if obj.Labels["owner"] != "us" || obj.InheritedLabels["owner"] != "us" {
		t.Fatalf("labels %v, inherited %v", obj.Labels, obj.InheritedLabels)
	}
}

func TestImages(t *testing.T) {
	t.Run("any_image_can_be_pulled", func(t *testing.T) {
		e := memory.New(memory.Options{AnyImage: true})
		if err := e.Pull(t.Context(), engine.PullRequest{Reference: "docker.io/library/nginx"}, nil); err != nil {
			t.Fatal(err)
		}
		if _, ok := e.Snapshot().Images["nginx:latest"]; !ok {
			t.Fatalf("images are %v", e.Snapshot().Images)
		}
	})
	t.Run("a_published_tag_moves_with_the_next_pull", func(t *testing.T) {
		b := newBench(t)
		b.Publish("app:2", memory.ImageBehaviour{})
		b.noError(b.Pull(t.Context(), engine.PullRequest{Reference: "app:2"}, nil))
		id := b.run(engine.ContainerConfig{Name: "web", Image: "app:2"})
		old := b.Snapshot().Images["app:2"]
		b.Publish("app:2", memory.ImageBehaviour{})
		if got := b.Snapshot().Images["app:2"]; got != old {
			t.Fatal("the local image changed without a pull")
		}
		b.noError(b.Pull(t.Context(), engine.PullRequest{Reference: "app:2"}, nil))
		if got := b.Snapshot().Images["app:2"]; got == old || b.get(id).ImageID != old {
			t.Fatalf("tag %s, container %s, old %s", got, b.get(id).ImageID, old)
		}
	})
	t.Run("a_removed_image_is_missing_for_the_next_container", func(t *testing.T) {
		b := newBench(t)
		b.run(engine.ContainerConfig{Name: "web", Image: "app:1"})
		b.RemoveImage("app:1")
		_, err := b.CreateContainer(t.Context(), engine.ContainerConfig{Name: "other", Image: "app:1"})
		b.wantCode(err, engine.ImageNotFound)
		b.Unpublish("app:1")
		b.wantCode(b.Pull(t.Context(), engine.PullRequest{Reference: "app:1"}, nil), engine.ImageNotFound)
	})
}

func TestSubnetsRunOut(t *testing.T) {
	b := newBench(t)
	var err error
	created := 0
	for ; err == nil && created < 100; created++ {
		_, err = b.CreateNetwork(t.Context(), engine.NetworkConfig{Name: fmt.Sprintf("net-%d", created)})
	}
	b.wantCode(err, engine.SubnetOverlap)
	if created != 31 {
		t.Fatalf("the %dth network failed, want the 31st", created)
	}
}

// TestReadersShareNothingWithTheEngine changes arguments and results of calls.
func TestReadersShareNothingWithTheEngine(t *testing.T) {
	b := newBench(t)
	_, err := b.CreateNetwork(t.Context(), engine.NetworkConfig{Name: "net", Labels: map[string]string{"a": "b"}})
	b.noError(err)
	cfg := web("web", 8080)
	cfg.Labels = map[string]string{"a": "b"}
	id := b.run(cfg)
	cfg.Labels["a"], cfg.Ports[0].HostPort, cfg.Attachments[0].Network = "spoilt", 1, "spoilt"
	want := b.Snapshot().Objects[id]
	want.Container = nil
	spoilt := b.Snapshot().Objects[id]
	spoilt.Container.Ports[0].HostPort = 1
	spoilt.Container.Attachments[0].Network = "spoilt"
	b.UserRename(id, "renamed")
	obj, err := b.Get(t.Context(), id)
	b.noError(err)
	if obj.Container.Ports[0].HostPort != 8080 || obj.Container.Attachments[0].Network != "net" {
		t.Fatalf("the engine has %+v", obj.Container)
	}
	obj.Container, want.Name = nil, "renamed"
	if diff := cmp.Diff(want, obj); diff != "" {
		t.Fatalf("other fields changed:\n%s", diff)
	}
}
