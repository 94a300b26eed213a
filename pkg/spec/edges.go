// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Edges returns the dependencies of the object, sorted by target. The edges of a
// container to networks, volumes and containers whose namespaces it shares are
// structural; the edges to its dependencies, init containers, configs and secrets
// are not. It returns nil for other kinds.
func (o Object) Edges() []Edge {
	if o.Container == nil {
		return nil
	}
	c, ns := o.Container, o.Metadata.Namespace
	edges := map[Key]Edge{}
	add := func(e Edge) {
		if was, found := edges[e.To]; found {
			e = mergeEdges(was, e)
		}
		edges[e.To] = e
	}
	for _, ref := range c.NetworkRefs() {
		add(Edge{To: Key{KindNetwork, ns, ref.Name}, Until: UntilStarted, Structural: true})
	}
	for _, m := range c.AllMounts() {
		if m.Type == MountVolume && m.Source != "" {
			add(Edge{To: Key{KindVolume, ns, m.Source}, Until: UntilStarted, Structural: true})
		}
	}
	for _, mode := range []string{c.NetworkMode, c.IPC, c.PID} {
		if k, shared := SharedWith(mode, ns); shared {
			add(Edge{To: k, Until: UntilStarted, Structural: true})
		}
	}
	for _, init := range c.InitContainers {
		add(Edge{To: o.InitKey(init.Name), Until: UntilCompleted})
	}
	for _, d := range c.Dependencies {
		add(Edge{
			To:       d.Key(ns),
			Until:    cmp.Or(d.Condition, UntilReady),
			Restart:  d.Restart,
			Optional: d.Required != nil && !*d.Required,
		})
	}
	for _, e := range c.contentEdges(ns) {
		add(e)
	}
	return slices.SortedFunc(maps.Values(edges), func(a, b Edge) int { return a.To.Compare(b.To) })
}

// mergeEdges returns the edge that combines the requirements of two edges to the
// same target.
func mergeEdges(a, b Edge) Edge {
	strength := []Until{UntilStarted, UntilReady, UntilHealthy, UntilCompleted}
	if slices.Index(strength, b.Until) > slices.Index(strength, a.Until) {
		a.Until = b.Until
	}
	a.Structural = a.Structural || b.Structural
	a.Restart = a.Restart || b.Restart
	a.Optional = a.Optional && b.Optional
	return a
}

// contentEdges returns the edges to the configs and secrets that the container
// uses.
func (c *Container) contentEdges(namespace string) []Edge {
	var edges []Edge
	add := func(kind Kind, name string, optional bool) {
		edges = append(edges, Edge{To: Key{kind, namespace, name}, Until: UntilStarted, Optional: optional})
	}
	env := func(values map[string]EnvValue) {
		for _, v := range values {
			if v.FromConfig != nil {
				add(KindConfig, v.FromConfig.Name, v.FromConfig.Optional)
			}
			if v.FromSecret != nil {
				add(KindSecret, v.FromSecret.Name, v.FromSecret.Optional)
			}
		}
	}
	files := func(kind Kind, refs []FileRef) {
		for _, ref := range refs {
			add(kind, ref.Name, false)
		}
	}
	env(c.Env)
	files(KindConfig, c.Configs)
	files(KindSecret, c.Secrets)
	for _, i := range c.InitContainers {
		env(i.Env)
		files(KindConfig, i.Configs)
		files(KindSecret, i.Secrets)
	}
	return edges
}

// AllMounts returns the mounts of the container and of its init containers.
func (c *Container) AllMounts() []Mount {
	all := slices.Clone(c.Volumes)
	for _, i := range c.InitContainers {
		all = append(all, i.Volumes...)
	}
	return all
}

// SharedWith returns the key of the container that a mode such as "container:db"
// refers to. namespace is the namespace of the object with the mode. It returns
// false for other modes.
func SharedWith(mode, namespace string) (Key, bool) {
	name, found := strings.CutPrefix(mode, "container:")
	return Dependency{Name: name}.Key(namespace), found
}

// NetworkRefs returns the networks that the container joins: the declared ones, or
// the default network of the namespace if none is declared. It returns nil if
// NetworkMode is set.
func (c *Container) NetworkRefs() []NetworkRef {
	if c.NetworkMode != "" {
		return nil
	}
	if len(c.Networks) == 0 {
		return []NetworkRef{{Name: DefaultNetworkName}}
	}
	return c.Networks
}

// Key returns the key of the dependency. namespace is the namespace of the object
// that declares it.
func (d Dependency) Key(namespace string) Key {
	if ns, name, found := strings.Cut(d.Name, "/"); found {
		return Key{KindContainer, ns, name}
	}
	return Key{KindContainer, namespace, d.Name}
}
