// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"sync"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func nameTests() []obligation {
	return []obligation{
		{"a_taken_name_is_NameInUse", takenName},
		{"of_creations_at_once_one_wins", racingCreations},
		{"find_takes_no_part_of_a_name_and_no_ID", findIsExact},
		{"rename_moves_the_name", renameMoves},
		{"rename_to_its_own_name_is_no_error", renameToItself},
		{"rename_to_a_taken_name_is_NameInUse", renameToTaken},
		{"a_replacement_swaps_names", swap},
	}
}

func takenName(b *bench) {
	id := b.create(b.server("web"))
	_, err := b.CreateContainer(b.ctx, b.server("web"))
	b.refused(err, engine.NameInUse)
	b.get(id)
	b.network("net")
	_, err = b.CreateNetwork(b.ctx, engine.NetworkConfig{Name: b.name("net"), Labels: b.labels()})
	b.refused(err, engine.NameInUse)
	b.volume("data")
	_, err = b.CreateVolume(b.ctx, engine.VolumeConfig{Name: b.name("data"), Labels: map[string]string{"enginetest": "other"}})
	b.refused(err, engine.NameInUse)
	// Kinds do not share names.
	b.create(b.server("net"))
}

// racingCreations is about containers alone: of networks an engine may make
// several that have one name, for it looks first and creates then.
func racingCreations(b *bench) {
	var wg sync.WaitGroup
	var ids [3]engine.ID
	var errs [3]error
	for i := range ids {
		wg.Go(func() { ids[i], errs[i] = b.CreateContainer(b.ctx, b.server("web")) })
	}
	wg.Wait()
	won := 0
	for i, err := range errs {
		if err == nil {
			won++
			b.made = append(b.made, ids[i])
			continue
		}
		b.refused(err, engine.NameInUse)
	}
	equal(b, "creations that succeeded", won, 1)
}

func findIsExact(b *bench) {
	id := b.create(b.server("web"))
	b.unknown(engine.KindContainer, id.Value)
	b.unknown(engine.KindContainer, id.Value[:12])
	network := b.network("net")
	b.unknown(engine.KindNetwork, network.Value)
	b.unknown(engine.KindNetwork, b.name("ne"))
	b.unknown(engine.KindVolume, b.name("web"))
}

func renameMoves(b *bench) {
	id := b.run(b.server("old"))
	b.ok(b.Rename(b.ctx, id, b.name("new")))
	equal(b, "name", b.get(id).Name, b.name("new"))
	equal(b, "still runs", b.get(id).Container.Running(), true)
	found, err := b.Find(b.ctx, engine.KindContainer, b.name("new"))
	b.ok(err)
	equal(b, "found by the new name", found.ID, id)
	b.unknown(engine.KindContainer, b.name("old"))
	b.create(b.server("old"))
}

func renameToItself(b *bench) {
	id := b.create(b.server("web"))
	b.ok(b.Rename(b.ctx, id, b.name("web")))
}

func renameToTaken(b *bench) {
	b.create(b.server("other"))
	id := b.create(b.server("web"))
	b.refused(b.Rename(b.ctx, id, b.name("other")), engine.NameInUse)
	equal(b, "name", b.get(id).Name, b.name("web"))
}

// swap goes the way of a replacement: the port goes from the old one to the new.
func swap(b *bench) {
	b.network("net")
	cfg := b.server("web", "net")
	cfg.Ports = []engine.PortBinding{{HostIP: "127.0.0.1", HostPort: b.h.HostPorts[0], ContainerPort: 8080, Protocol: "tcp"}}
	old := b.run(cfg)
	cfg.Name = b.name("web.swap")
	next := b.create(cfg)
	b.ok(b.Stop(b.ctx, old, grace))
	b.ok(b.Rename(b.ctx, old, b.name("web.old")))
	b.ok(b.Rename(b.ctx, next, b.name("web")))
	b.ok(b.Start(b.ctx, next))
	obj := b.get(next)
	equal(b, "name", obj.Name, b.name("web"))
	equal(b, "runs", obj.Container.Running(), true)
	equal(b, "bound ports", len(obj.Container.Ports), 1)
	equal(b, "networks", len(obj.Container.Attachments), 1)
	b.ok(b.Remove(b.ctx, old))
	b.gone(old)
	b.get(next)
}
