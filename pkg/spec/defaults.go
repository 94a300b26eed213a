// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"path"
	"strings"
)

// Defaults are the configurable defaults of manifest fields.
type Defaults struct {
	// Namespace is the namespace of objects that set none; empty means
	// DefaultNamespace.
	Namespace string
	// PullPolicy is the pull policy of containers that set none; empty means always
	// for the tag "latest" and missing otherwise.
	PullPolicy PullPolicy
	// Network is the network, in their own namespace, of containers that list none;
	// empty means DefaultNetworkName.
	Network string
}

// Default sets the fields that a manifest omits to their defaults and resolves the
// sources of bind mounts against opts.Dir.
func Default(o *Object, opts DecodeOptions) {
	if o.Container != nil {
		o.Metadata.Name = cmp.Or(o.Metadata.Name, o.Container.ID)
		defaultContainer(o.Container, opts)
	}
	o.Metadata.Namespace = cmp.Or(o.Metadata.Namespace, opts.Namespace, DefaultNamespace)
	if o.Network != nil {
		o.Network.Driver = cmp.Or(o.Network.Driver, "bridge")
	}
	if o.Volume != nil {
		o.Volume.Driver = cmp.Or(o.Volume.Driver, "local")
		o.Volume.DeletionPolicy = cmp.Or(o.Volume.DeletionPolicy, Retain)
		o.Volume.OnImmutableChange = cmp.Or(o.Volume.OnImmutableChange, ImmutableStall)
	}
}

func defaultContainer(c *Container, opts DecodeOptions) {
	c.ContainerName = cmp.Or(c.ContainerName, c.Name)
	c.RestartPolicy.Name = cmp.Or(c.RestartPolicy.Name, RestartAlways)
	c.PullPolicy = cmp.Or(c.PullPolicy, opts.PullPolicy)
	if c.PullPolicy == "" {
		c.PullPolicy = PullMissing
		if strings.HasSuffix(c.ImageReference(), ":latest") {
			c.PullPolicy = PullAlways
		}
	}
	if len(c.Networks) == 0 && c.NetworkMode == "" && cmp.Or(opts.Network, DefaultNetworkName) != DefaultNetworkName {
		c.Networks = []NetworkRef{{Name: opts.Network}}
	}
	for i := range c.Ports {
		c.Ports[i].Protocol = cmp.Or(c.Ports[i].Protocol, "tcp")
	}
	defaultMounts(c.Volumes, opts.Dir)
	for i := range c.InitContainers {
		init := &c.InitContainers[i]
		defaultMounts(init.Volumes, opts.Dir)
		if init.Image != "" {
			init.PullPolicy = cmp.Or(init.PullPolicy, opts.PullPolicy)
		}
	}
	for i := range c.Dependencies {
		c.Dependencies[i].Condition = cmp.Or(c.Dependencies[i].Condition, UntilReady)
	}
}

func defaultMounts(mounts []Mount, dir string) {
	for i := range mounts {
		m := &mounts[i]
		m.Type = cmp.Or(m.Type, MountVolume)
		if m.Type == MountBind && m.Source != "" && !path.IsAbs(m.Source) && m.Source[0] != '~' && dir != "" {
			m.Source = path.Join(dir, m.Source)
		}
	}
}

// Imply returns a copy of objects with the implied objects added: init containers,
// and networks and volumes that containers use and no object declares, including
// the default network of each namespace.
func Imply(objects map[Key]Object) map[Key]Object {
	all := make(map[Key]Object, len(objects))
	for k, o := range objects {
		all[k] = o
	}
	for _, o := range objects {
		for _, init := range o.InitObjects() {
			init.Generation = all[init.Key()].Generation
			all[init.Key()] = init
		}
		for _, e := range o.Edges() {
			if _, declared := all[e.To]; !declared && (e.To.Kind == KindNetwork || e.To.Kind == KindVolume) {
				all[e.To] = defaultObject(e.To)
			}
		}
	}
	return all
}

// defaultObject returns a network or volume with all fields at their defaults.
func defaultObject(k Key) Object {
	o := Object{Kind: k.Kind, Metadata: Metadata{Name: k.Name, Namespace: k.Namespace}, Generation: 1}
	if k.Kind == KindNetwork {
		o.Network = &Network{}
	} else {
		o.Volume = &Volume{}
	}
	Default(&o, DecodeOptions{})
	return o
}
