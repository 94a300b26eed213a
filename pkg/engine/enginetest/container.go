// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func containerTests() []obligation {
	return []obligation{
		{"every_reader_returns_a_created_container", createdIsRead},
		{"created_has_never_run", createdHasNeverRun},
		{"inherited_labels_are_reported", imageLabels},
		{"changing_a_result_does_not_change_the_engine", readsAreCopies},
		{"create_refuses_a_missing_image", createWithoutImage},
		{"create_refuses_a_missing_volume", createWithoutVolume},
		{"create_refuses_a_missing_host_path", createWithoutPath},
		{"create_or_start_refuses_a_missing_network", createWithoutNetwork},
		{"remove_kills_a_running_container", removeKills},
		{"remove_of_a_missing_object_is_no_error", removeTwice},
		{"remove_removes_anonymous_volumes", removeTakesAnonymousVolumes},
		{"every_call_on_a_missing_object_is_NotFound", goneIsNotFound},
	}
}

func createdIsRead(b *bench) {
	b.network("net")
	cfg := b.server("web", "net")
	id := b.create(cfg)
	obj := b.get(id)
	equal(b, "ID", obj.ID, id)
	equal(b, "name", obj.Name, cfg.Name)
	equal(b, "image", obj.Container.Image, cfg.Image)
	equal(b, "restarts by the engine", obj.Container.RestartPolicy == "" || obj.Container.RestartPolicy == "no", true)
	for k, v := range cfg.Labels {
		equal(b, "label "+k, obj.Labels[k], v)
	}
	found, err := b.Find(b.ctx, engine.KindContainer, cfg.Name)
	b.noError(err)
	if diff := cmp.Diff(obj, found); diff != "" {
		b.t.Fatalf("Find differs from Get:\n%s", diff)
	}
	if diff := cmp.Diff(obj, b.list().Objects[id]); diff != "" {
		b.t.Fatalf("List differs from Get:\n%s", diff)
	}
}

func createdHasNeverRun(b *bench) {
	c := b.get(b.create(b.server("web"))).Container
	equal(b, "status", c.Status, engine.StatusCreated)
	equal(b, "never started", c.StartedAt.IsZero(), true)
	equal(b, "never finished", c.FinishedAt.IsZero(), true)
	equal(b, "error", c.Error, "")
	equal(b, "health", c.Health, engine.HealthNone)
}

func imageLabels(b *bench) {
	obj := b.get(b.create(b.server("web")))
	value, inherited := obj.InheritedLabels[b.h.InheritedLabel]
	equal(b, "the image's label is inherited", inherited, true)
	equal(b, "the container's copy of the label", obj.Labels[b.h.InheritedLabel], value)
	_, inherited = obj.InheritedLabels["enginetest"]
	equal(b, "the container's own label is inherited", inherited, false)
}

func readsAreCopies(b *bench) {
	id := b.create(b.server("web"))
	b.get(id).Labels["enginetest"] = "changed"
	b.noError(b.Rename(b.ctx, id, b.name("renamed"))) // invalidates cached results
	equal(b, "label", b.get(id).Labels["enginetest"], "label")
}

func createWithoutImage(b *bench) {
	cfg := b.server("web")
	cfg.Image = b.h.MissingImage
	_, err := b.CreateContainer(b.ctx, cfg)
	b.hasCode(err, engine.ImageNotFound)
	b.nameIsFree(engine.KindContainer, cfg.Name)
}

func createWithoutVolume(b *bench) {
	cfg := b.server("web")
	cfg.Mounts = []engine.Mount{{Type: engine.MountVolume, Source: b.name("none"), Target: "/data"}}
	_, err := b.CreateContainer(b.ctx, cfg)
	b.hasCode(err, engine.MountSourceMissing)
	b.nameIsFree(engine.KindContainer, cfg.Name)
	b.nameIsFree(engine.KindVolume, b.name("none"))
}

func createWithoutPath(b *bench) {
	cfg := b.server("web")
	cfg.Mounts = []engine.Mount{{Type: engine.MountBind, Source: b.h.MissingPath, Target: "/data"}}
	_, err := b.CreateContainer(b.ctx, cfg)
	b.hasCode(err, engine.MountSourceMissing)
	b.nameIsFree(engine.KindContainer, cfg.Name)
}

// createWithoutNetwork accepts an error of either call, because older engines
// accept any network for a container that does not run.
func createWithoutNetwork(b *bench) {
	b.network("net")
	cfg := b.server("web", "net", "none")
	id, err := b.CreateContainer(b.ctx, cfg)
	if err != nil {
		b.hasCode(err, engine.NetworkNotFound)
		b.nameIsFree(engine.KindContainer, cfg.Name)
		return
	}
	b.created = append(b.created, id)
	b.hasCode(b.Start(b.ctx, id), engine.NetworkNotFound)
	b.failedStart(b.get(id).Container)
}

func removeKills(b *bench) {
	id := b.run(b.server("web"))
	b.noError(b.Remove(b.ctx, id))
	b.isGone(id)
	if _, listed := b.list().Objects[id]; listed {
		b.t.Fatal("the list still contains it")
	}
	b.nameIsFree(engine.KindContainer, b.name("web"))
}

func removeTwice(b *bench) {
	id := b.create(b.server("web"))
	b.noError(b.Remove(b.ctx, id))
	b.noError(b.Remove(b.ctx, id))
	network := b.network("net")
	b.noError(b.Remove(b.ctx, network))
	b.noError(b.Remove(b.ctx, network))
	volume := b.volume("data")
	b.noError(b.Remove(b.ctx, volume))
	b.noError(b.Remove(b.ctx, volume))
}

func removeTakesAnonymousVolumes(b *bench) {
	before := b.list()
	named := b.volume("data")
	cfg := b.server("web")
	cfg.Mounts = []engine.Mount{
		{Type: engine.MountVolume, Target: "/anonymous"},
		{Type: engine.MountVolume, Source: named.Value, Target: "/data"},
	}
	id := b.create(cfg)
	if diff := cmp.Diff([]string{named.Value}, b.get(id).Container.Volumes); diff != "" {
		b.t.Fatalf("volumes:\n%s", diff)
	}
	var anonymous []engine.ID
	for v := range b.list().Objects {
		if _, old := before.Objects[v]; v.Kind == engine.KindVolume && !old && v != named {
			anonymous = append(anonymous, v)
		}
	}
	b.noError(b.Remove(b.ctx, id))
	after := b.list().Objects
	left := slices.DeleteFunc(slices.Clone(anonymous), func(v engine.ID) bool { _, ok := after[v]; return !ok })
	// Other users may have created volumes too, but one of the new ones was ours.
	equal(b, "an anonymous volume was created and removed", len(left) < len(anonymous), true)
	b.get(named)
}

func goneIsNotFound(b *bench) {
	b.network("net")
	id := b.create(b.server("web"))
	b.noError(b.Remove(b.ctx, id))
	b.hasCode(b.Start(b.ctx, id), engine.NotFound)
	b.hasCode(b.Stop(b.ctx, id, grace), engine.NotFound)
	b.hasCode(b.Rename(b.ctx, id, b.name("other")), engine.NotFound)
	b.hasCode(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("net")}), engine.NotFound)
	b.hasCode(b.Disconnect(b.ctx, id, b.name("net")), engine.NotFound)
	_, err := b.Logs(b.ctx, id, 1)
	b.hasCode(err, engine.NotFound)
	_, err = b.Get(b.ctx, engine.ID{Kind: engine.KindNetwork, Value: id.Value})
	b.hasCode(err, engine.NotFound)
	_, err = b.Get(b.ctx, engine.ID{Kind: engine.KindVolume, Value: b.name("none")})
	b.hasCode(err, engine.NotFound)
}

// nameIsFree asserts that no object has a name.
func (b *bench) nameIsFree(kind engine.Kind, name string) {
	b.t.Helper()
	_, err := b.Find(b.ctx, kind, name)
	b.hasCode(err, engine.NotFound)
}
