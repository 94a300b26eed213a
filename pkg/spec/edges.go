// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"slices"
	"strings"
)

// Edges are what the object needs, sorted by target. Networks and volumes are
// structural edges of a container; its dependencies are not.
func (o Object) Edges() []Edge {
	if o.Container == nil {
		return nil
	}
	var edges []Edge
	seen := map[Key]bool{}
	add := func(e Edge) {
		if !seen[e.To] {
			seen[e.To] = true
			edges = append(edges, e)
		}
	}
	ns := o.Metadata.Namespace
	for _, ref := range o.Container.NetworkRefs() {
		add(Edge{To: Key{KindNetwork, ns, ref.Name}, Until: UntilStarted, Structural: true})
	}
	for _, m := range o.Container.Volumes {
		if m.Type == MountVolume && m.Source != "" {
			add(Edge{To: Key{KindVolume, ns, m.Source}, Until: UntilStarted, Structural: true})
		}
	}
	for _, d := range o.Container.Dependencies {
		add(Edge{
			To:       d.Key(ns),
			Until:    cmp.Or(d.Condition, UntilReady),
			Optional: d.Required != nil && !*d.Required,
		})
	}
	slices.SortStableFunc(edges, func(a, b Edge) int { return a.To.Compare(b.To) })
	return edges
}

// NetworkRefs are the networks the container joins: the declared ones, or the
// namespace's own when it declares none.
func (c *Container) NetworkRefs() []NetworkRef {
	if len(c.Networks) == 0 {
		return []NetworkRef{{Name: DefaultNetworkName}}
	}
	return c.Networks
}

// Key names the container depended on; namespace is that of the dependent.
func (d Dependency) Key(namespace string) Key {
	if ns, name, found := strings.Cut(d.Name, "/"); found {
		return Key{KindContainer, ns, name}
	}
	return Key{KindContainer, namespace, d.Name}
}
