// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// TestEdgesRoundTrip checks that decoding an encoded label returns the same edges.
func TestEdgesRoundTrip(t *testing.T) {
	name := rapid.StringMatching(`[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?`)
	edge := rapid.Custom(func(t *rapid.T) spec.Edge {
		return spec.Edge{
			To: spec.Key{
				Kind:      rapid.SampledFrom(spec.Kinds()).Draw(t, "kind"),
				Namespace: name.Draw(t, "namespace"), Name: name.Draw(t, "name"),
			},
			Until: rapid.SampledFrom([]spec.Until{
				"", spec.UntilStarted, spec.UntilReady, spec.UntilHealthy, spec.UntilCompleted,
			}).Draw(t, "until"),
			Structural: rapid.Bool().Draw(t, "structural"),
			Restart:    rapid.Bool().Draw(t, "restart"),
			Optional:   rapid.Bool().Draw(t, "optional"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		edges := rapid.SliceOfN(edge, 0, 8).Draw(t, "edges")
		got, err := spec.DecodeEdges(spec.EncodeEdges(edges))
		if err != nil {
			t.Fatal(err)
		}
		if len(edges) == 0 {
			edges = nil
		}
		if diff := cmp.Diff(edges, got); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	})
}

func TestEncodeEdges(t *testing.T) {
	k := spec.Key{Kind: spec.KindVolume, Namespace: "shop", Name: "data"}
	got := spec.EncodeEdges([]spec.Edge{
		{To: k, Until: spec.UntilStarted, Structural: true},
		{To: k, Until: spec.UntilReady, Optional: true},
	})
	if want := "Volume/shop/data:started!,Volume/shop/data:ready?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDecodeEdgesErrors(t *testing.T) {
	for name, text := range map[string]string{
		"no until":    "Volume/shop/data",
		"no key":      "x:ready",
		"an empty":    "Volume/shop/data:ready,",
		"a fake edge": "Volume/shop/data:ready,junk",
	} {
		t.Run(name, func(t *testing.T) {
			edges, err := spec.DecodeEdges(text)
			if err == nil {
				t.Errorf("got %v, want an error", edges)
			}
		})
	}
}

func TestEdges(t *testing.T) {
	o := container(t, "networks: [front, back]", "dependencies: [db, {name: other/x, required: false, condition: completed}]",
		"volumes: [{source: data, target: /a}, {source: data, target: /b}, {target: /c}, {type: bind, source: /x, target: /x}]")
	key := func(kind spec.Kind, ns, name string) spec.Key {
		return spec.Key{Kind: kind, Namespace: ns, Name: name}
	}
	want := []spec.Edge{
		{To: key(spec.KindContainer, "default", "db"), Until: spec.UntilReady},
		{To: key(spec.KindContainer, "other", "x"), Until: spec.UntilCompleted, Optional: true},
		{To: key(spec.KindNetwork, "default", "back"), Until: spec.UntilStarted, Structural: true},
		{To: key(spec.KindNetwork, "default", "front"), Until: spec.UntilStarted, Structural: true},
		{To: key(spec.KindVolume, "default", "data"), Until: spec.UntilStarted, Structural: true},
	}
	if diff := cmp.Diff(want, o.Edges()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestEdgesOfReferences checks that each reference of a container has an edge.
func TestEdgesOfReferences(t *testing.T) {
	for name, tc := range map[string]struct{ field, want string }{
		"shared network":     {"networkMode: container:db", "Container/default/db:started!"},
		"another namespace":  {"networkMode: container:jobs/db", "Container/jobs/db:started!"},
		"the host's network": {"networkMode: host", ""},
		"IPC":                {"ipc: container:db", "Container/default/db:started!,Network/default/default:started!"},
		"processes":          {"pid: container:db", "Container/default/db:started!,Network/default/default:started!"},
		"shared namespace and dependency": {
			"networkMode: container:db\n  dependencies: [{name: db, condition: healthy, restart: true, required: false}]",
			"Container/default/db:healthy!+",
		},
		"a restart": {"networkMode: none\n  dependencies: [{name: db, restart: true}]", "Container/default/db:ready+"},
		"configs":   {"networkMode: none\n  configs: [c, {name: d, key: k}]", "Config/default/c:started,Config/default/d:started"},
		"secrets":   {"networkMode: none\n  secrets: [s]", "Secret/default/s:started"},
		"variables": {
			"networkMode: none\n  env: {A: {fromConfig: {name: c, key: k, optional: true}}, B: {fromSecret: {name: s, key: k}}}",
			"Config/default/c:started?,Secret/default/s:started",
		},
		"an optional and a required reference": {
			"networkMode: none\n  env: {A: {fromConfig: {name: c, key: k, optional: true}}, B: {fromConfig: {name: c, key: l}}}",
			"Config/default/c:started",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := spec.EncodeEdges(container(t, tc.field).Edges()); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
	t.Run("referenced objects are not implied", func(t *testing.T) {
		o := container(t, "networkMode: container:db", "secrets: [s]", "configs: [c]")
		if got := (spec.Set{Objects: spec.Imply(map[spec.Key]spec.Object{o.Key(): o})}).Keys(); len(got) != 1 {
			t.Errorf("got %v", got)
		}
	})
}

func TestImply(t *testing.T) {
	app := container(t, "volumes: [{source: data, target: /a}]", "dependencies: [db]")
	web := container(t, "networks: [front]")
	web.Metadata.Name = "web"
	front := decode(t, header+"kind: Network\nmetadata: {name: front}\nspec: {internal: true}\n")[0]
	declared := map[spec.Key]spec.Object{app.Key(): app, web.Key(): web, front.Key(): front}
	got := spec.Imply(declared)
	if len(declared) != 3 {
		t.Errorf("the input was modified")
	}
	want := []string{
		"Container/default/app false", "Container/default/web false",
		"Network/default/default true", "Network/default/front false", "Volume/default/data true",
	}
	var names []string
	for _, k := range (spec.Set{Objects: got}).Keys() {
		if got[k].Key() != k {
			t.Errorf("%s is stored under %s", got[k].Key(), k)
		}
		names = append(names, k.String()+map[bool]string{true: " true", false: " false"}[got[k].Implied()])
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("implied objects (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(got, spec.Imply(got)); diff != "" {
		t.Errorf("Imply is not idempotent (-once +twice):\n%s", diff)
	}
}

func TestParseKey(t *testing.T) {
	k := spec.Key{Kind: spec.KindContainer, Namespace: "shop", Name: "web"}
	if got, err := spec.ParseKey(k.String()); err != nil || got != k {
		t.Errorf("got %v, %v", got, err)
	}
	for _, s := range []string{"", "web", "shop/web", "Container//web", "Container/shop/", "/shop/web", "Container/shop/web/x"} {
		if got, err := spec.ParseKey(s); err == nil {
			t.Errorf("ParseKey(%q) = %v, want an error", s, got)
		}
	}
}

func TestCompareKeys(t *testing.T) {
	a := spec.Key{Kind: spec.KindContainer, Namespace: "b", Name: "c"}
	for _, b := range []spec.Key{
		{Kind: spec.KindNetwork, Namespace: "a", Name: "a"},
		{Kind: spec.KindContainer, Namespace: "c", Name: "a"},
		{Kind: spec.KindContainer, Namespace: "b", Name: "d"},
	} {
		if a.Compare(b) != -1 || b.Compare(a) != 1 || a.Compare(a) != 0 {
			t.Errorf("%v is not less than %v", a, b)
		}
	}
}

func TestImageReference(t *testing.T) {
	const digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	for name, tc := range map[string]struct{ image, tag, want string }{
		"only a name":               {"nginx", "", "nginx:latest"},
		"a name and a tag":          {"nginx", "1.29", "nginx:1.29"},
		"a tag inside":              {"nginx:1.29", "", "nginx:1.29"},
		"the same tag twice":        {"nginx:1.29", "1.29", "nginx:1.29"},
		"explicit Docker registry":  {"docker.io/library/nginx", "1", "nginx:1"},
		"with a user":               {"kadena/pact", "latest", "kadena/pact:latest"},
		"another registry":          {"ghcr.io/a/b", "1", "ghcr.io/a/b:1"},
		"a registry with a port":    {"localhost:5000/app", "", "localhost:5000/app:latest"},
		"a digest":                  {"nginx@" + digest, "", "nginx@" + digest},
		"a digest beside a tag":     {"nginx@" + digest, "1.29", "nginx@" + digest},
		"a tag and a digest inside": {"nginx:1.29@" + digest, "", "nginx@" + digest},
		"invalid reference":         {"Nginx:1", "", "Nginx:1"},
		"invalid tag":               {"nginx", "a b", "nginx:a b"},
	} {
		t.Run(name, func(t *testing.T) {
			c := spec.Container{Image: tc.image, Tag: tc.tag}
			if got := c.ImageReference(); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
