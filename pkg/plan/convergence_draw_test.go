// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"cmp"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// images holds the images of the drawn containers.
var images = map[string]memory.ImageBehaviour{
	"app:1":    {},
	"app:2":    {},
	"app:3":    {},
	"crash:1":  {ExitAfter: 300 * time.Millisecond, ExitCode: 3},
	"slow:1":   {ExitAfter: time.Minute, ExitCode: 1},
	"job:1":    {ExitAfter: 2 * time.Second},
	"init:1":   {ExitAfter: time.Second},
	"bad:1":    {ExitAfter: 500 * time.Millisecond, ExitCode: 1},
	"sick:1":   {Unhealthy: true},
	"mute:1":   {Silent: true},
	"broken:1": {StartError: engine.CommandNotFound},
}

// onContainer calls do with a container of ours, if there is one.
func (h *history) onContainer(do func(engine.ID)) {
	var ids []engine.ID
	objects := h.sim.Engine.Snapshot().Sorted()
	ours, _ := owner.Identify(instance, objects)
	for _, obj := range objects {
		if _, found := ours[obj.ID]; found && obj.Container != nil {
			ids = append(ids, obj.ID)
		}
	}
	if len(ids) > 0 {
		do(rapid.SampledFrom(ids).Draw(h.t, "container"))
	}
}

// foreigner runs a foreign container with a name that a manifest may declare.
func (h *history) foreigner() {
	name := rapid.SampledFrom(names).Draw(h.t, "foreign name") + ".default"
	id, err := h.sim.Engine.UserRun(engine.ContainerConfig{Name: name, Image: "app:1"})
	if err == nil {
		h.foreign[id] = h.sim.Engine.Snapshot().Objects[id]
	}
}

// drawFault makes some of the next calls fail, before or after their effect.
func (h *history) drawFault() {
	verb := rapid.SampledFrom([]string{
		"Pull", "CreateContainer", "Start", "Stop", "Rename", "Remove",
		"Connect", "CreateNetwork", "CreateVolume",
	}).Draw(h.t, "failing call")
	code := rapid.SampledFrom([]engine.Code{
		engine.Unknown, engine.Timeout, engine.Conflict,
		engine.Unreachable, engine.ImageUnavailable,
	}).Draw(h.t, "code")
	after := rapid.Bool().Draw(h.t, "after effect")
	left := rapid.IntRange(1, 3).Draw(h.t, "times")
	h.fault = func(op memory.Op) memory.Fault {
		if op.Name != verb || left == 0 {
			return memory.Fault{}
		}
		left--
		return memory.Fault{Err: engine.Errorf(verb, code, "injected"), After: after}
	}
}

func (h *history) drawKey() spec.Key {
	keys := h.sim.World().Keys()
	if len(keys) == 0 {
		return spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "none"}
	}
	return rapid.SampledFrom(keys).Draw(h.t, "key")
}

var names = []string{"a", "b", "c", "d"}

// drawSet draws manifests: up to four containers with any dependencies, including
// cycles and missing ones, on up to two networks and a volume.
func drawSet(t *rapid.T) spec.Set {
	objects := map[spec.Key]spec.Object{}
	add := func(o spec.Object) { objects[o.Key()] = o }
	for _, name := range names {
		if rapid.IntRange(0, 3).Draw(t, "declared") > 0 {
			add(drawContainer(t, name))
		}
	}
	if rapid.Bool().Draw(t, "declare net") {
		add(spec.Object{
			Kind: spec.KindNetwork, Metadata: spec.Metadata{Name: "net", Namespace: "default"},
			Source: spec.Position{File: "net.yaml"}, Generation: 1,
			Network: &spec.Network{Driver: "bridge", Internal: rapid.Bool().Draw(t, "internal")},
		})
	}
	if rapid.Bool().Draw(t, "declare data") {
		add(spec.Object{
			Kind: spec.KindVolume, Metadata: spec.Metadata{Name: "data", Namespace: "default"},
			Source: spec.Position{File: "data.yaml"}, Generation: 1,
			Volume: &spec.Volume{Driver: "local", DeletionPolicy: rapid.SampledFrom(
				[]spec.DeletionPolicy{spec.Retain, spec.Delete}).Draw(t, "policy")},
		})
	}
	return spec.Set{Objects: spec.Imply(objects), Complete: true}
}

func drawProbe(t *rapid.T) *spec.Probe {
	if rapid.Bool().Draw(t, "no probe") {
		return nil
	}
	return &spec.Probe{
		TCPSocket:        &spec.TCPSocket{Port: 80},
		Period:           spec.Duration(rapid.SampledFrom([]time.Duration{0, time.Second}).Draw(t, "period")),
		FailureThreshold: rapid.IntRange(0, 2).Draw(t, "failures"),
	}
}

func drawContainer(t *rapid.T, name string) spec.Object {
	c := &spec.Container{
		Image: rapid.SampledFrom([]string{
			"app:1", "app:1", "app:2", "app:3", "job:1", "crash:1",
			"slow:1", "broken:1", "gone:1", "sick:1", "mute:1",
		}).Draw(t, "image"),
		PullPolicy:      rapid.SampledFrom([]spec.PullPolicy{spec.PullMissing, spec.PullAlways}).Draw(t, "pull"),
		StopGracePeriod: spec.Duration(time.Second),
		RestartPolicy: spec.RestartPolicy{Name: rapid.SampledFrom([]spec.RestartName{
			spec.RestartAlways, spec.RestartAlways, spec.RestartNo, spec.RestartOnFailure, spec.RestartUnlessStopped,
		}).Draw(t, "restart")},
		Suspend: rapid.IntRange(0, 15).Draw(t, "suspended") == 0,
	}
	if c.RestartPolicy.Name == spec.RestartOnFailure {
		c.RestartPolicy.MaximumRetryCount = rapid.IntRange(0, 2).Draw(t, "retries")
	}
	if rapid.IntRange(0, 3).Draw(t, "check") == 0 {
		c.HealthCheck = &spec.HealthCheck{Test: []string{"CMD", "true"}, Interval: spec.Duration(time.Second), Retries: 1}
	}
	if rapid.IntRange(0, 2).Draw(t, "probed") == 0 {
		c.Probes = &spec.Probes{Startup: drawProbe(t), Readiness: drawProbe(t), Liveness: drawProbe(t)}
	}
	if rapid.IntRange(0, 4).Draw(t, "inits") == 0 {
		for i := range rapid.IntRange(1, 2).Draw(t, "init count") {
			c.InitContainers = append(c.InitContainers, spec.InitContainer{
				Name: fmt.Sprintf("init-%d", i), Image: rapid.SampledFrom([]string{"init:1", "init:1", "bad:1"}).Draw(t, "init"),
			})
		}
	}
	if rapid.IntRange(0, 7).Draw(t, "ignores") == 0 {
		c.OnUnhealthy = spec.UnhealthyIgnore
	}
	if rapid.IntRange(0, 3).Draw(t, "port") == 0 {
		c.Ports = []spec.Port{{Host: spec.PortRange{First: 8080, Last: 8080}, Container: spec.PortRange{First: 80, Last: 80}, Protocol: "tcp"}}
	}
	for _, net := range []string{"net", "side"} {
		if rapid.IntRange(0, 2).Draw(t, "joins") == 0 {
			c.Networks = append(c.Networks, spec.NetworkRef{Name: net})
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "mounts") == 0 {
		c.Volumes = []spec.Mount{{Type: spec.MountVolume, Source: "data", Target: "/data"}}
	}
	for _, dep := range names {
		if rapid.IntRange(0, 5).Draw(t, "depends") == 0 && (dep != name) {
			required := rapid.IntRange(0, 3).Draw(t, "required") > 0
			c.Dependencies = append(c.Dependencies, spec.Dependency{
				Name: dep, Required: &required, Restart: rapid.IntRange(0, 3).Draw(t, "restarts") == 0,
				Condition: rapid.SampledFrom([]spec.Until{"", spec.UntilStarted, spec.UntilCompleted, spec.UntilHealthy}).Draw(t, "until"),
			})
		}
	}
	return spec.Object{
		Kind: spec.KindContainer, Container: c,
		Metadata:   spec.Metadata{Name: name, Namespace: "default"},
		Source:     spec.Position{File: fmt.Sprintf("%s.yaml", cmp.Or(name, "x")), Line: 1, Column: 1},
		Generation: 1,
	}
}
