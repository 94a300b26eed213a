// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func networkTests() []obligation {
	return []obligation{
		{"every_reader_returns_a_created_network", networkIsRead},
		{"remove_removes_a_network", networkRemoved},
		{"a_network_with_running_containers_is_InUse", networkInUse},
		{"a_network_with_stopped_containers_is_removed", networkOfStopped},
		{"a_subnet_that_overlaps_is_refused", subnetOverlap},
		{"an_invalid_subnet_is_refused", subnetInvalid},
	}
}

func networkIsRead(b *bench) {
	id := b.network("net")
	obj := b.get(id)
	equal(b, "ID", obj.ID, id)
	equal(b, "name", obj.Name, b.name("net"))
	equal(b, "driver", obj.Network.Driver, "bridge")
	if diff := cmp.Diff(b.labels(), obj.Labels); diff != "" {
		b.t.Fatalf("labels:\n%s", diff)
	}
	found, err := b.Find(b.ctx, engine.KindNetwork, b.name("net"))
	b.noError(err)
	if diff := cmp.Diff(obj, found); diff != "" {
		b.t.Fatalf("Find differs from Get:\n%s", diff)
	}
	if diff := cmp.Diff(obj, b.list().Objects[id]); diff != "" {
		b.t.Fatalf("List differs from Get:\n%s", diff)
	}
}

func networkRemoved(b *bench) {
	id := b.network("net")
	b.noError(b.Remove(b.ctx, id))
	b.isGone(id)
	b.nameIsFree(engine.KindNetwork, b.name("net"))
	equal(b, "the next one is another incarnation", b.network("net") == id, false)
}

func networkInUse(b *bench) {
	id := b.network("net")
	user := b.run(b.server("web", "net"))
	b.hasCode(b.Remove(b.ctx, id), engine.InUse)
	want := []string{user.Value}
	if diff := cmp.Diff(want, b.get(id).Network.Containers); diff != "" {
		b.t.Fatalf("containers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, b.list().Objects[id].Network.Containers); diff != "" {
		b.t.Fatalf("containers in the list (-want +got):\n%s", diff)
	}
	b.noError(b.Stop(b.ctx, user, grace))
	equal(b, "containers after the stop", len(b.get(id).Network.Containers), 0)
	b.noError(b.Remove(b.ctx, id))
}

// networkOfStopped also covers the container: it stays bound to the incarnation
// that was removed, even if another network has its name.
func networkOfStopped(b *bench) {
	id := b.network("net")
	user := b.run(b.server("web", "net"))
	b.noError(b.Stop(b.ctx, user, grace))
	b.noError(b.Remove(b.ctx, id))
	b.hasCode(b.Start(b.ctx, user), engine.NetworkNotFound)
	b.network("net")
	b.hasCode(b.Start(b.ctx, user), engine.NetworkNotFound)
	c := b.get(user).Container
	equal(b, "status", c.Status, engine.StatusExited)
	equal(b, "has an error", c.Error != "", true)
	equal(b, "network it is bound to", c.Attachments[0].NetworkID, id.Value)
}

// createSubnet creates a network with a subnet and returns the error.
func (b *bench) createSubnet(name, subnet string) error {
	cfg := engine.NetworkConfig{Name: b.name(name), Labels: b.labels(), IPAM: &engine.IPAM{Pools: []engine.IPAMPool{{Subnet: subnet}}}}
	id, err := b.CreateNetwork(b.ctx, cfg)
	if err == nil {
		b.created = append(b.created, id)
	}
	return err
}

func subnetOverlap(b *bench) {
	b.noError(b.createSubnet("first", b.h.Subnet))
	b.hasCode(b.createSubnet("second", b.h.Subnet), engine.SubnetOverlap)
	b.nameIsFree(engine.KindNetwork, b.name("second"))
}

func subnetInvalid(b *bench) {
	b.hasCode(b.createSubnet("net", "300.0.0.0/24"), engine.Invalid)
	b.nameIsFree(engine.KindNetwork, b.name("net"))
}
