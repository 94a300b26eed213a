// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func volumeTests() []obligation {
	return []obligation{
		{"every_reader_returns_a_created_volume", volumeIsRead},
		{"remove_removes_a_volume", volumeRemoved},
		{"a_volume_of_a_created_container_is_InUse", volumeInUse},
	}
}

func volumeIsRead(b *bench) {
	id := b.volume("data")
	equal(b, "ID", id, engine.ID{Kind: engine.KindVolume, Value: b.name("data")})
	obj := b.get(id)
	equal(b, "name", obj.Name, b.name("data"))
	equal(b, "driver", obj.Volume.Driver, "local")
	if diff := cmp.Diff(b.labels(), obj.Labels); diff != "" {
		b.t.Fatalf("labels:\n%s", diff)
	}
	found, err := b.Find(b.ctx, engine.KindVolume, b.name("data"))
	b.noError(err)
	if diff := cmp.Diff(obj, found); diff != "" {
		b.t.Fatalf("Find differs from Get:\n%s", diff)
	}
	if diff := cmp.Diff(obj, b.list().Objects[id]); diff != "" {
		b.t.Fatalf("List differs from Get:\n%s", diff)
	}
}

func volumeRemoved(b *bench) {
	id := b.volume("data")
	b.noError(b.Remove(b.ctx, id))
	b.isGone(id)
	b.nameIsFree(engine.KindVolume, b.name("data"))
}

func volumeInUse(b *bench) {
	id := b.volume("data")
	cfg := b.server("web")
	cfg.Mounts = []engine.Mount{{Type: engine.MountVolume, Source: id.Value, Target: "/data"}}
	user := b.create(cfg)
	b.hasCode(b.Remove(b.ctx, id), engine.InUse)
	b.noError(b.Start(b.ctx, user))
	b.hasCode(b.Remove(b.ctx, id), engine.InUse)
	if diff := cmp.Diff([]string{id.Value}, b.list().Objects[user].Container.Volumes); diff != "" {
		b.t.Fatalf("volumes of the user:\n%s", diff)
	}
	b.noError(b.Remove(b.ctx, user))
	b.get(id)
	b.noError(b.Remove(b.ctx, id))
}
