// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// observed adds engine objects to the input of a world.
func observed(in *plan.Input, objects ...engine.Object) {
	in.Observed.Objects = maps.Clone(in.Observed.Objects)
	for _, o := range objects {
		in.Observed.Objects[o.ID] = o
	}
}

// failed marks the lists of the kinds as failed.
func failed(in *plan.Input, kinds ...engine.Kind) {
	in.Observed.Unread = map[engine.Kind]error{}
	for _, kind := range kinds {
		in.Observed.Unread[kind] = engine.Errorf("list", engine.Unknown, "layer does not exist")
	}
}

// TestUnreadKinds checks decisions that would be wrong if an object of a kind
// that the engine failed to list counted as absent, or an old one as current.
func TestUnreadKinds(t *testing.T) {
	network := spec.Object{Kind: spec.KindNetwork, Metadata: spec.Metadata{Name: "net", Namespace: "default"}, Network: &spec.Network{Driver: "bridge"}}
	web := spec.Object{
		Kind: spec.KindContainer, Metadata: spec.Metadata{Name: "web", Namespace: "default"},
		Container: &spec.Container{
			Image: "web:1", PullPolicy: spec.PullMissing, RestartPolicy: spec.RestartPolicy{Name: spec.RestartAlways},
			Networks: []spec.NetworkRef{{Name: "net"}},
			Volumes:  []spec.Mount{{Type: spec.MountVolume, Source: "data", Target: "/data"}},
		},
	}
	netID := engine.ID{Kind: engine.KindNetwork, Value: "net-1"}
	net := engine.Object{ID: netID, Name: "net.default", Labels: owner.Stamp(instance, "n", network), Network: &engine.Network{}}
	staleNet := net
	staleNet.Labels = maps.Clone(net.Labels)
	staleNet.Labels[owner.LabelHash] = strings.Replace(net.Labels[owner.LabelHash], ":", ":0", 1)
	volume := spec.Object{
		Kind: spec.KindVolume, Metadata: spec.Metadata{Name: "data", Namespace: "default"},
		Volume: &spec.Volume{OnImmutableChange: spec.ImmutableRecreate},
	}
	data := engine.Object{
		ID: engine.ID{Kind: engine.KindVolume, Value: "data.default"}, Name: "data.default",
		Labels: owner.Stamp(instance, "v", volume), Volume: &engine.Volume{},
	}
	staleVolume := data
	staleVolume.Labels = maps.Clone(data.Labels)
	staleVolume.Labels[owner.LabelHash] = staleNet.Labels[owner.LabelHash]
	running := func(change func(*engine.Container)) engine.Object {
		c := &engine.Container{
			Status: engine.StatusRunning, StartedAt: noon, ImageID: "new",
			Attachments: []engine.Attachment{{Network: "net.default", NetworkID: netID.Value, Aliases: []string{"web"}}},
		}
		change(c)
		return incarnation(web, "1", c)
	}
	asIs := func(*engine.Container) {}
	for name, tc := range map[string]struct {
		observed []engine.Object
		kind     engine.Kind
		// listed and unlisted are the decisions for web when the list succeeds and
		// when it fails.
		listed, unlisted string
	}{
		"container of an internal network may have no ports": {
			[]engine.Object{running(func(c *engine.Container) { c.PublishedPorts = 1 })},
			engine.KindNetwork,
			"stop container/1 within 10s (BindingReplaced); remove container/1 (BindingReplaced)", "",
		},
		"container of a stale network keeps it": {
			[]engine.Object{staleNet, running(asIs)},
			engine.KindNetwork,
			"stop container/1 within 10s (BindingReplaced); remove container/1 (BindingReplaced)", "",
		},
		"container of a stale volume keeps it": {
			[]engine.Object{net, staleVolume, running(func(c *engine.Container) { c.Volumes = []string{"data.default"} })},
			engine.KindVolume,
			"stop container/1 within 10s (BindingReplaced); remove container/1 (BindingReplaced)", "",
		},
		"container of an unknown network is not started": {
			[]engine.Object{net, data, running(func(c *engine.Container) {
				c.Status, c.ExitCode, c.FinishedAt, c.Attachments[0].NetworkID = engine.StatusExited, 1, noon, "net-2"
			})},
			engine.KindNetwork,
			"remove container/1 (BindingReplaced)", "waits: EngineError: the engine cannot list its networks: layer does not exist",
		},
		"container is not replaced for an old image": {
			[]engine.Object{net, data, running(asIs)},
			engine.KindImage,
			"create web.default under a temporary name (Drifted): spec.image", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := plan.Input{
				Settings: plan.Settings{Instance: instance}, Now: noon,
				Desired:  spec.Set{Complete: true, Objects: map[spec.Key]spec.Object{web.Key(): web, network.Key(): network, volume.Key(): volume}},
				Observed: engine.Snapshot{Images: map[string]string{"web:1": "old"}},
			}
			if tc.kind != engine.KindImage {
				in.Observed.Images["web:1"] = "new"
			}
			in.Observed.Objects = map[engine.ID]engine.Object{}
			observed(&in, tc.observed...)
			decide := func() string {
				d := plan.Decide(plan.NewWorld(in), web.Key())
				var lines []string
				for _, a := range d.Actions {
					lines = append(lines, a.String())
				}
				for _, b := range d.Blocked {
					lines = append(lines, b.String())
				}
				return strings.Join(lines, "; ")
			}
			listed := decide()
			failed(&in, tc.kind)
			if diff := cmp.Diff([]string{tc.listed, tc.unlisted}, []string{listed, decide()}); diff != "" {
				t.Errorf("decisions with and without the list (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPruneGuardUnreadVolumes checks that the prune guard withholds nothing
// because the engine failed to list volumes.
func TestPruneGuardUnreadVolumes(t *testing.T) {
	in := plan.Input{
		Settings: plan.Settings{Instance: instance, Prune: plan.Prune{Guard: 30}}, Now: noon,
		Desired: spec.Set{Complete: true}, Observed: engine.Snapshot{Objects: map[engine.ID]engine.Object{}},
	}
	for i := range 2 {
		volume := spec.Object{
			Kind: spec.KindVolume, Metadata: spec.Metadata{Name: fmt.Sprint("v", i), Namespace: "default"},
			Volume: &spec.Volume{DeletionPolicy: spec.Delete},
		}
		observed(&in, engine.Object{
			ID: engine.ID{Kind: engine.KindVolume, Value: volume.EngineName()}, Name: volume.EngineName(),
			Labels: owner.Stamp(instance, volume.Metadata.Name, volume), Volume: &engine.Volume{},
		})
	}
	if got := len(plan.NewWorld(in).Withheld()); got != 2 {
		t.Errorf("%d withheld with a list, want 2", got)
	}
	failed(&in, engine.KindVolume)
	w := plan.NewWorld(in)
	if got := len(w.Withheld()); got != 0 {
		t.Errorf("%d withheld without a list, want none", got)
	}
	for _, k := range w.Keys() {
		if d := plan.Decide(w, k); len(d.Actions) > 0 {
			t.Errorf("%v without a list of volumes", d.Actions)
		}
	}
}
