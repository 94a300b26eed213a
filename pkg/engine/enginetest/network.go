// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func networkTests() []obligation {
	return []obligation{
		{"created_is_told_by_every_reader", networkIsTold},
		{"remove_removes_it", networkRemoved},
		{"a_network_with_running_containers_is_InUse", networkInUse},
		{"a_network_with_stopped_containers_goes", networkOfStopped},
		{"a_subnet_that_overlaps_is_refused", subnetOverlap},
		{"an_invalid_subnet_is_refused", subnetInvalid},
	}
}

func networkIsTold(b *bench) {
	id := b.network("net")
	obj := b.get(id)
	equal(b, "ID", obj.ID, id)
	equal(b, "name", obj.Name, b.name("net"))
	equal(b, "driver", obj.Network.Driver, "bridge")
	if diff := cmp.Diff(b.labels(), obj.Labels); diff != "" {
		b.t.Fatalf("labels:\n%s", diff)
	}
	found, err := b.Find(b.ctx, engine.KindNetwork, b.name("net"))
	b.ok(err)
	if diff := cmp.Diff(obj, found); diff != "" {
		b.t.Fatalf("Find differs from Get:\n%s", diff)
	}
	if diff := cmp.Diff(obj, b.list().Objects[id]); diff != "" {
		b.t.Fatalf("List differs from Get:\n%s", diff)
	}
}

func networkRemoved(b *bench) {
	id := b.network("net")
	b.ok(b.Remove(b.ctx, id))
	b.gone(id)
	b.unknown(engine.KindNetwork, b.name("net"))
	equal(b, "the next one is another incarnation", b.network("net") == id, false)
}

func networkInUse(b *bench) {
	id := b.network("net")
	user := b.run(b.server("web", "net"))
	b.refused(b.Remove(b.ctx, id), engine.InUse)
	want := []string{user.Value}
	if diff := cmp.Diff(want, b.get(id).Network.Containers); diff != "" {
		b.t.Fatalf("containers on it:\n%s", diff)
	}
	if diff := cmp.Diff(want, b.list().Objects[id].Network.Containers); diff != "" {
		b.t.Fatalf("containers on it, in the list:\n%s", diff)
	}
	b.ok(b.Stop(b.ctx, user, grace))
	equal(b, "containers on it once it stopped", len(b.get(id).Network.Containers), 0)
	b.ok(b.Remove(b.ctx, id))
}

// networkOfStopped also shows what becomes of the container: it stays bound to
// the incarnation that is gone, whatever has its name.
func networkOfStopped(b *bench) {
	id := b.network("net")
	user := b.run(b.server("web", "net"))
	b.ok(b.Stop(b.ctx, user, grace))
	b.ok(b.Remove(b.ctx, id))
	b.refused(b.Start(b.ctx, user), engine.NetworkNotFound)
	b.network("net")
	b.refused(b.Start(b.ctx, user), engine.NetworkNotFound)
	c := b.get(user).Container
	equal(b, "status", c.Status, engine.StatusExited)
	equal(b, "tells the error", c.Error != "", true)
	equal(b, "network it is bound to", c.Attachments[0].NetworkID, id.Value)
}

// subnets tries to create a network of a subnet.
func (b *bench) subnets(name, subnet string) error {
	cfg := engine.NetworkConfig{Name: b.name(name), Labels: b.labels(), IPAM: &engine.IPAM{Pools: []engine.IPAMPool{{Subnet: subnet}}}}
	id, err := b.CreateNetwork(b.ctx, cfg)
	if err == nil {
		b.made = append(b.made, id)
	}
	return err
}

func subnetOverlap(b *bench) {
	b.ok(b.subnets("first", b.h.Subnet))
	b.refused(b.subnets("second", b.h.Subnet), engine.SubnetOverlap)
	b.unknown(engine.KindNetwork, b.name("second"))
}

func subnetInvalid(b *bench) {
	b.refused(b.subnets("net", "300.0.0.0/24"), engine.Invalid)
	b.unknown(engine.KindNetwork, b.name("net"))
}
