// SPDX-License-Identifier: Apache-2.0

package owner_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func desired() spec.Object {
	return spec.Object{
		Kind:     spec.KindContainer,
		Metadata: spec.Metadata{Name: "web", Namespace: "shop", Labels: map[string]string{"tier": "front", "who": "metadata"}},
		Container: &spec.Container{
			Image: "nginx:1", StopGracePeriod: spec.Duration(20 * time.Second),
			Labels:       map[string]string{"who": "spec"},
			Dependencies: []spec.Dependency{{Name: "db"}},
		},
		Source: spec.Position{File: "web.yaml", Line: 3, Column: 1}, Generation: 4,
	}
}

// observed returns the container at the engine after its creation.
func observed() engine.Object {
	return engine.Object{
		ID:        engine.ID{Kind: engine.KindContainer, Value: "c1"},
		Name:      "web.shop",
		Labels:    owner.Stamp("mine", "u1", desired()),
		Container: &engine.Container{},
	}
}

// TestOfStamp checks that the identity of an object is read from its labels.
func TestOfStamp(t *testing.T) {
	want := owner.Identity{
		Key:        spec.Key{Kind: spec.KindContainer, Namespace: "shop", Name: "web"},
		EngineName: "web.shop", Hash: desired().Hash(), Edges: desired().Edges(),
		Grace: spec.Duration(20 * time.Second), Source: "web.yaml", UID: "u1",
	}
	got, ours := owner.Of("mine", observed())
	if diff := cmp.Diff(want, got); !ours || diff != "" {
		t.Errorf("ours: %v (-want +got):\n%s", ours, diff)
	}
}

func TestOf(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*engine.Object)
		want   bool
	}{
		"unchanged":                       {func(*engine.Object) {}, true},
		"with its temporary name":         {func(o *engine.Object) { o.Name = owner.TemporaryName("web.shop", "u1") }, true},
		"temporary name of another":       {func(o *engine.Object) { o.Name = owner.TemporaryName("web.shop", "u2") }, true},
		"another name":                    {func(o *engine.Object) { o.Name = "web.shop2" }, true},
		"no labels":                       {func(o *engine.Object) { o.Labels = nil }, false},
		"another instance":                {func(o *engine.Object) { o.Labels[owner.LabelInstance] = "yours" }, false},
		"no instance":                     {func(o *engine.Object) { delete(o.Labels, owner.LabelInstance) }, false},
		"no UID":                          {func(o *engine.Object) { delete(o.Labels, owner.LabelUID) }, false},
		"no name":                         {func(o *engine.Object) { delete(o.Labels, owner.LabelName) }, false},
		"no namespace":                    {func(o *engine.Object) { delete(o.Labels, owner.LabelNamespace) }, false},
		"another kind":                    {func(o *engine.Object) { o.Labels[owner.LabelKind] = "Network" }, false},
		"an unknown kind":                 {func(o *engine.Object) { o.Labels[owner.LabelKind] = "Pod" }, false},
		"a network with our labels":       {func(o *engine.Object) { o.ID.Kind = engine.KindNetwork }, false},
		"labels inherited from the image": {func(o *engine.Object) { o.InheritedLabels = maps.Clone(o.Labels) }, false},
		"image of an older container":     {func(o *engine.Object) { o.InheritedLabels = owner.Stamp("mine", "u0", desired()) }, true},
		"invalid edges":                   {func(o *engine.Object) { o.Labels[owner.LabelEdges] = "junk" }, true},
		"invalid grace period":            {func(o *engine.Object) { o.Labels[owner.LabelGrace] = "long" }, true},
	} {
		t.Run(name, func(t *testing.T) {
			obj := observed()
			tc.change(&obj)
			id, ours := owner.Of("mine", obj)
			if ours != tc.want {
				t.Errorf("ours: %v, want %v", ours, tc.want)
			}
			if !ours && !cmp.Equal(id, owner.Identity{}) {
				t.Errorf("a foreign object has the identity %+v", id)
			}
		})
	}
}

// TestOfAnotherName checks that only containers may have another name than the
// name that they were created for, because only containers can be renamed.
func TestOfAnotherName(t *testing.T) {
	for _, obj := range []spec.Object{
		{Kind: spec.KindNetwork, Metadata: desired().Metadata, Network: &spec.Network{}},
		{Kind: spec.KindVolume, Metadata: desired().Metadata, Volume: &spec.Volume{}},
	} {
		copied := engine.Object{
			ID: engine.ID{Kind: owner.EngineKind(obj.Kind), Value: "x"}, Name: "copy", Labels: owner.Stamp("mine", "u1", obj),
		}
		if _, ours := owner.Of("mine", copied); ours {
			t.Errorf("a %s with the labels of another one is ours", obj.Kind)
		}
	}
}

// TestIdentify checks which of several containers with the same labels is ours.
func TestIdentify(t *testing.T) {
	named := func(value, name string, age time.Duration) engine.Object {
		obj := observed()
		obj.ID.Value, obj.Name, obj.Created = value, name, time.Unix(1000, 0).Add(-age)
		return obj
	}
	other := named("other", "other", 0)
	other.Labels = owner.Stamp("mine", "u2", desired())
	temporary := owner.TemporaryName("web.shop", "u1")
	for name, tc := range map[string]struct {
		objects []engine.Object
		want    string
	}{
		"only one":       {[]engine.Object{named("a", "renamed", 0)}, "a"},
		"engine name":    {[]engine.Object{named("a", "older", 2), named("b", temporary, 1), named("c", "web.shop", 0)}, "c"},
		"temporary name": {[]engine.Object{named("a", "older", 2), named("b", temporary, 1), named("c", "newer", 0)}, "b"},
		"oldest":         {[]engine.Object{named("a", "newer", 0), named("b", "older", 2), named("c", "newer2", 1)}, "b"},
		"first by ID":    {[]engine.Object{named("b", "x", 0), named("a", "y", 0)}, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			ours, copies := owner.Identify("mine", append(tc.objects, other, engine.Object{Name: "foreign"}))
			if len(ours) != 2 || ours[other.ID].UID != "u2" || len(copies) != len(tc.objects)-1 {
				t.Fatalf("got %v, copies %v", ours, copies)
			}
			for _, obj := range tc.objects {
				_, isOurs := ours[obj.ID]
				_, isCopy := copies[obj.ID]
				if isOurs != (obj.ID.Value == tc.want) || isOurs == isCopy {
					t.Errorf("%s: ours: %v, a copy: %v", obj.ID.Value, isOurs, isCopy)
				}
			}
		})
	}
}

// TestStamp checks that a user's labels are kept and cannot override the
// controller's labels.
func TestStamp(t *testing.T) {
	for _, obj := range []spec.Object{
		desired(),
		{Kind: spec.KindNetwork, Metadata: desired().Metadata, Network: &spec.Network{}},
		{Kind: spec.KindVolume, Metadata: desired().Metadata, Volume: &spec.Volume{DeletionPolicy: spec.Delete}},
	} {
		t.Run(string(obj.Kind), func(t *testing.T) {
			honest := owner.Stamp("mine", "u1", obj)
			if honest["tier"] != "front" {
				t.Errorf("the user's labels are lost: %v", honest)
			}
			forged := map[string]string{}
			for name := range owner.Stamp("mine", "u1", desired()) {
				forged[name] = "forged"
			}
			forged[owner.LabelDeletionPolicy] = "forged"
			obj.Metadata.Labels = forged
			switch { // they are part of the hash, too
			case obj.Container != nil:
				obj.Container.Labels = forged
			case obj.Network != nil:
				obj.Network.Labels = forged
			default:
				obj.Volume.Labels = forged
			}
			for name, value := range owner.Stamp("mine", "u1", obj) {
				if strings.HasPrefix(name, owner.Prefix) && value == "forged" {
					t.Errorf("%s is %q", name, value)
				}
			}
		})
	}
	t.Run("labels of the spec override labels of the metadata", func(t *testing.T) {
		if got := owner.Stamp("mine", "u1", desired())["who"]; got != "spec" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("policy of a volume is in its labels", func(t *testing.T) {
		obj := spec.Object{Kind: spec.KindVolume, Metadata: desired().Metadata, Volume: &spec.Volume{DeletionPolicy: spec.Delete}}
		id, ours := owner.Of("mine", engine.Object{
			ID: engine.ID{Kind: engine.KindVolume, Value: "web.shop"}, Name: "web.shop", Labels: owner.Stamp("mine", "u1", obj),
		})
		if !ours || id.DeletionPolicy != spec.Delete {
			t.Errorf("got %v %+v", ours, id)
		}
	})
}

func TestUserLabels(t *testing.T) {
	want := map[string]string{"tier": "front", "who": "spec"}
	if diff := cmp.Diff(want, owner.UserLabels(observed().Labels)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
