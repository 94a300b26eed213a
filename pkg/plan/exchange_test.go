// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// TestExchange exchanges host ports, engine names and static addresses between
// containers by any permutation, in any order of keys: every container gets what its
// manifest asks for, and is stopped once, or not at all if only its address changes.
// A controller may be killed between two actions.
func TestExchange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{"ports", "names", "addresses", "all"}).Draw(t, "kind")
		n := rapid.IntRange(2, 5).Draw(t, "containers")
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		x := &exchanged{t: t, sim: simulate(memory.Options{}), stops: map[spec.Key]int{}}
		x.sim.Engine.Publish("app:1", memory.ImageBehaviour{})
		x.sim.Desired = exchangeSet(kind, order)
		x.converge(false)
		for range 2 {
			clear(x.stops)
			x.killed = false
			order = rapid.Permutation(order).Draw(t, "permutation")
			x.sim.Desired = exchangeSet(kind, order)
			x.converge(rapid.Bool().Draw(t, "killed"))
			limit := 1
			if kind == "addresses" {
				limit = 0
			}
			for k, stops := range x.stops {
				if stops > limit && !x.killed {
					t.Fatalf("%s was stopped %d times, want at most %d", k, stops, limit)
				}
			}
		}
	})
}

// exchangeSet returns containers that ask for the resources of a kind with the
// numbers in order.
func exchangeSet(kind string, order []int) spec.Set {
	objects := map[spec.Key]spec.Object{}
	lan := spec.Object{
		Kind: spec.KindNetwork, Metadata: spec.Metadata{Name: "lan", Namespace: "default"}, Generation: 1,
		Network: &spec.Network{Driver: "bridge", IPAM: &spec.IPAM{Config: []spec.IPAMConfig{{Subnet: "10.9.0.0/24"}}}},
	}
	objects[lan.Key()] = lan
	for i, number := range order {
		c := &spec.Container{Image: "app:1", StopGracePeriod: spec.Duration(time.Second)}
		c.RestartPolicy.Name = spec.RestartAlways
		c.Networks = []spec.NetworkRef{{Name: "lan"}}
		if kind == "ports" || kind == "all" {
			host := 8000 + number
			c.Ports = []spec.Port{{
				Host: spec.PortRange{First: host, Last: host}, Container: spec.PortRange{First: 80, Last: 80}, Protocol: "tcp",
			}}
		}
		if kind == "names" || kind == "all" {
			c.ContainerName = fmt.Sprintf("name-%d", number)
		}
		if kind == "addresses" || kind == "all" {
			c.Networks[0].IPv4Address = fmt.Sprintf("10.9.0.%d", 100+number)
		}
		obj := spec.Object{
			Kind: spec.KindContainer, Metadata: spec.Metadata{Name: fmt.Sprintf("c%d", i), Namespace: "default"},
			Source: spec.Position{File: "all.yaml", Line: i + 1, Column: 1}, Container: c, Generation: 1,
		}
		objects[obj.Key()] = obj
	}
	return spec.Set{Objects: spec.Imply(objects), Complete: true}
}

// exchanged is one exchange.
type exchanged struct {
	t     *rapid.T
	sim   simulated
	stops map[spec.Key]int
	// killed reports whether a controller was killed in this exchange.
	killed bool
}

// converge reconciles in random order until every container is Ready and nothing is
// left to do. kill makes the controller die after one of the actions.
func (x *exchanged) converge(kill bool) {
	left := -1
	if kill {
		left = rapid.IntRange(0, 12).Draw(x.t, "actions before the kill")
	}
	for range 100 {
		acted := false
		for _, k := range rapid.Permutation(x.sim.World().Keys()).Draw(x.t, "order") {
			dies := false
			x.sim.Step(context.Background(), k, func(a plan.Action, err error) bool {
				acted = true
				if err != nil {
					x.t.Fatalf("the engine refused %v: %v\n%v", a, err, plan.Compute(x.sim.World()))
				}
				if a.Verb == plan.Stop {
					x.stops[k]++
				}
				dies = left == 0
				left--
				return !dies
			})
			if dies {
				x.killed = true
				x.sim.restartController()
			}
		}
		if !acted && plan.Compute(x.sim.World()).Empty() {
			return
		}
		if !acted {
			x.sim.advance(time.Second)
		}
	}
	x.t.Fatalf("not converged:\n%v", plan.Compute(x.sim.World()))
}
