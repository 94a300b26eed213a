// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"sync"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func nameTests() []obligation {
	return []obligation{
		{"a_taken_name_is_NameInUse", takenName},
		{"one_of_several_concurrent_creations_succeeds", racingCreations},
		{"find_accepts_no_ID_and_no_part_of_a_name", findIsExact},
		{"rename_changes_the_name", renameMoves},
		{"rename_to_the_current_name_is_no_error", renameToItself},
		{"rename_to_a_taken_name_is_NameInUse", renameToTaken},
		{"a_replacement_swaps_names", swap},
	}
}

func takenName(b *bench) {
	id := b.create(b.server("web"))
	_, err := b.CreateContainer(b.ctx, b.server("web"))
	b.hasCode(err, engine.NameInUse)
	b.get(id)
	b.network("net")
	_, err = b.CreateNetwork(b.ctx, engine.NetworkConfig{Name: b.name("net"), Labels: b.labels()})
	b.hasCode(err, engine.NameInUse)
	b.volume("data")
	_, err = b.CreateVolume(b.ctx, engine.VolumeConfig{Name: b.name("data"), Labels: map[string]string{"enginetest": "other"}})
	b.hasCode(err, engine.NameInUse)
	// Kinds do not share names.
	b.create(b.server("net"))
}

// racingCreations covers containers only, because some engines create several
// networks with one name.
func racingCreations(b *bench) {
	var wg sync.WaitGroup
	var ids [3]engine.ID
	var errs [3]error
	for i := range ids {
		wg.Go(func() { ids[i], errs[i] = b.CreateContainer(b.ctx, b.server("web")) })
	}
	wg.Wait()
	succeeded := 0
	for i, err := range errs {
		if err == nil {
			succeeded++
			b.created = append(b.created, ids[i])
			continue
		}
		b.hasCode(err, engine.NameInUse)
	}
	equal(b, "creations that succeeded", succeeded, 1)
}

func findIsExact(b *bench) {
	id := b.create(b.server("web"))
	b.nameIsFree(engine.KindContainer, id.Value)
	b.nameIsFree(engine.KindContainer, id.Value[:12])
	network := b.network("net")
	b.nameIsFree(engine.KindNetwork, network.Value)
	b.nameIsFree(engine.KindNetwork, b.name("ne"))
	b.nameIsFree(engine.KindVolume, b.name("web"))
}

func renameMoves(b *bench) {
	id := b.run(b.server("old"))
	b.noError(b.Rename(b.ctx, id, b.name("new")))
	equal(b, "name", b.get(id).Name, b.name("new"))
	equal(b, "still runs", b.get(id).Container.Running(), true)
	found, err := b.Find(b.ctx, engine.KindContainer, b.name("new"))
	b.noError(err)
	equal(b, "found by the new name", found.ID, id)
	b.nameIsFree(engine.KindContainer, b.name("old"))
	b.create(b.server("old"))
}

func renameToItself(b *bench) {
	id := b.create(b.server("web"))
	b.noError(b.Rename(b.ctx, id, b.name("web")))
}

func renameToTaken(b *bench) {
	b.create(b.server("other"))
	id := b.create(b.server("web"))
	b.hasCode(b.Rename(b.ctx, id, b.name("other")), engine.NameInUse)
	equal(b, "name", b.get(id).Name, b.name("web"))
}

// swap performs a replacement, in which the port moves from the old container to
// the new one.
func swap(b *bench) {
	b.network("net")
	cfg := b.server("web", "net")
	cfg.Ports = []engine.PortBinding{{HostIP: "127.0.0.1", HostPort: b.h.HostPorts[0], ContainerPort: 8080, Protocol: "tcp"}}
	old := b.run(cfg)
	cfg.Name = b.name("web.swap")
	next := b.create(cfg)
	b.noError(b.Stop(b.ctx, old, grace))
	b.noError(b.Rename(b.ctx, old, b.name("web.old")))
	b.noError(b.Rename(b.ctx, next, b.name("web")))
	b.noError(b.Start(b.ctx, next))
	obj := b.get(next)
	equal(b, "name", obj.Name, b.name("web"))
	equal(b, "runs", obj.Container.Running(), true)
	equal(b, "bound ports", len(obj.Container.Ports), 1)
	equal(b, "networks", len(obj.Container.Attachments), 1)
	b.noError(b.Remove(b.ctx, old))
	b.isGone(old)
	b.get(next)
}
