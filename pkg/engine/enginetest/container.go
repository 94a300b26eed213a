// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func containerTests() []obligation {
	return []obligation{
		{"created_is_told_by_every_reader", createdIsTold},
		{"created_has_never_run", createdHasNeverRun},
		{"labels_of_the_image_are_told_apart", imageLabels},
		{"what_was_read_does_not_change_the_engine", readsAreCopies},
		{"create_refuses_a_missing_image", createWithoutImage},
		{"create_refuses_a_missing_volume", createWithoutVolume},
		{"create_refuses_a_missing_host_path", createWithoutPath},
		{"a_missing_network_is_found_out_by_the_start", createWithoutNetwork},
		{"remove_kills_what_runs", removeKills},
		{"remove_of_what_is_gone_is_no_error", removeTwice},
		{"remove_takes_anonymous_volumes_along", removeTakesAnonymousVolumes},
		{"what_is_gone_is_NotFound_for_every_call", goneIsNotFound},
	}
}

func createdIsTold(b *bench) {
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
	b.ok(err)
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
	equal(b, "never ended", c.FinishedAt.IsZero(), true)
	equal(b, "error", c.Error, "")
	equal(b, "health", c.Health, engine.HealthNone)
}

func imageLabels(b *bench) {
	obj := b.get(b.create(b.server("web")))
	value, inherited := obj.InheritedLabels[b.h.InheritedLabel]
	equal(b, "the image's label is told as inherited", inherited, true)
	equal(b, "the container's copy of it", obj.Labels[b.h.InheritedLabel], value)
	_, inherited = obj.InheritedLabels["enginetest"]
	equal(b, "the container's own label is told as inherited", inherited, false)
}

func readsAreCopies(b *bench) {
	id := b.create(b.server("web"))
	b.get(id).Labels["enginetest"] = "changed"
	b.ok(b.Rename(b.ctx, id, b.name("renamed"))) // what was read is out of date now
	equal(b, "label", b.get(id).Labels["enginetest"], "label")
}

func createWithoutImage(b *bench) {
	cfg := b.server("web")
	cfg.Image = b.h.MissingImage
	_, err := b.CreateContainer(b.ctx, cfg)
	b.refused(err, engine.ImageNotFound)
	b.unknown(engine.KindContainer, cfg.Name)
}

func createWithoutVolume(b *bench) {
	cfg := b.server("web")
	cfg.Mounts = []engine.Mount{{Type: engine.MountVolume, Source: b.name("none"), Target: "/data"}}
	_, err := b.CreateContainer(b.ctx, cfg)
	b.refused(err, engine.MountSourceMissing)
	b.unknown(engine.KindContainer, cfg.Name)
	b.unknown(engine.KindVolume, b.name("none"))
}

func createWithoutPath(b *bench) {
	cfg := b.server("web")
	cfg.Mounts = []engine.Mount{{Type: engine.MountBind, Source: b.h.MissingPath, Target: "/data"}}
	_, err := b.CreateContainer(b.ctx, cfg)
	b.refused(err, engine.MountSourceMissing)
	b.unknown(engine.KindContainer, cfg.Name)
}

// createWithoutNetwork leaves open when a missing network is found out: older
// engines take any name for a container that does not run.
func createWithoutNetwork(b *bench) {
	b.network("net")
	cfg := b.server("web", "net", "none")
	id, err := b.CreateContainer(b.ctx, cfg)
	if err != nil {
		b.refused(err, engine.NetworkNotFound)
		b.unknown(engine.KindContainer, cfg.Name)
		return
	}
	b.made = append(b.made, id)
	b.refused(b.Start(b.ctx, id), engine.NetworkNotFound)
	b.failedStart(b.get(id).Container)
}

func removeKills(b *bench) {
	id := b.run(b.server("web"))
	b.ok(b.Remove(b.ctx, id))
	b.gone(id)
	if _, listed := b.list().Objects[id]; listed {
		b.t.Fatal("the list still tells of it")
	}
	b.unknown(engine.KindContainer, b.name("web"))
}

func removeTwice(b *bench) {
	id := b.create(b.server("web"))
	b.ok(b.Remove(b.ctx, id))
	b.ok(b.Remove(b.ctx, id))
	network := b.network("net")
	b.ok(b.Remove(b.ctx, network))
	b.ok(b.Remove(b.ctx, network))
	volume := b.volume("data")
	b.ok(b.Remove(b.ctx, volume))
	b.ok(b.Remove(b.ctx, volume))
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
	b.ok(b.Remove(b.ctx, id))
	after := b.list().Objects
	left := slices.DeleteFunc(slices.Clone(anonymous), func(v engine.ID) bool { _, ok := after[v]; return !ok })
	// Others may have made volumes meanwhile; one of the new ones was ours.
	equal(b, "an anonymous volume was made and is gone", len(left) < len(anonymous), true)
	b.get(named)
}

func goneIsNotFound(b *bench) {
	b.network("net")
	id := b.create(b.server("web"))
	b.ok(b.Remove(b.ctx, id))
	b.refused(b.Start(b.ctx, id), engine.NotFound)
	b.refused(b.Stop(b.ctx, id, grace), engine.NotFound)
	b.refused(b.Rename(b.ctx, id, b.name("other")), engine.NotFound)
	b.refused(b.Connect(b.ctx, id, engine.Attachment{Network: b.name("net")}), engine.NotFound)
	b.refused(b.Disconnect(b.ctx, id, b.name("net")), engine.NotFound)
	_, err := b.Logs(b.ctx, id, 1)
	b.refused(err, engine.NotFound)
	_, err = b.Get(b.ctx, engine.ID{Kind: engine.KindNetwork, Value: id.Value})
	b.refused(err, engine.NotFound)
	_, err = b.Get(b.ctx, engine.ID{Kind: engine.KindVolume, Value: b.name("none")})
	b.refused(err, engine.NotFound)
}

// unknown asserts that nothing has a name.
func (b *bench) unknown(kind engine.Kind, name string) {
	b.t.Helper()
	_, err := b.Find(b.ctx, kind, name)
	b.refused(err, engine.NotFound)
}
