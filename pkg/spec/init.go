// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"slices"
)

// InitOf says of an implied container that it is an init container.
type InitOf struct {
	// Container is the name of the container, in the same namespace, that it runs
	// before; Index is its place among that one's init containers.
	Container string
	Index     int
	// Timeout is how long it may run; zero means without limit.
	Timeout Duration
}

// InitKey is the key of an init container: no manifest can declare it, as names
// have no dots.
func (o Object) InitKey(name string) Key {
	return Key{KindContainer, o.Metadata.Namespace, o.Metadata.Name + "." + name}
}

// InitObjects are the init containers of a container as objects of their own, in
// order. They share its networks, its dependencies and its fate.
func (o Object) InitObjects() []Object {
	if o.Container == nil {
		return nil
	}
	var inits []Object
	for i, ic := range o.Container.InitContainers {
		inits = append(inits, o.initObject(i, ic))
	}
	return inits
}

func (o Object) initObject(index int, ic InitContainer) Object {
	of := o.Container
	c := &Container{
		Image: ic.Image, Tag: ic.Tag, PullPolicy: ic.PullPolicy, Platform: of.Platform,
		Entrypoint: ic.Entrypoint, Command: ic.Command, Env: ic.Env, EnvFile: ic.EnvFile,
		WorkingDir: ic.WorkingDir, User: ic.User, Volumes: slices.Clone(ic.Volumes),
		Configs: ic.Configs, Secrets: ic.Secrets,
		Privileged: ic.Privileged, CapAdd: ic.CapAdd, CapDrop: ic.CapDrop,
		Networks: of.Networks, NetworkMode: of.NetworkMode, DNS: of.DNS, DNSSearch: of.DNSSearch,
		DNSOptions: of.DNSOptions, ExtraHosts: of.ExtraHosts,
		Dependencies: slices.Clone(of.Dependencies), RestartBackoff: of.RestartBackoff, Suspend: of.Suspend,
		StopGracePeriod: of.StopGracePeriod, HealthCheck: &HealthCheck{Test: []string{"NONE"}}, Drift: DriftIgnore,
		RestartPolicy: RestartPolicy{Name: RestartOnFailure},
	}
	if c.Image == "" {
		c.Image, c.Tag = of.Image, of.Tag
		c.PullPolicy = cmp.Or(c.PullPolicy, of.PullPolicy)
	}
	switch of.RestartPolicy.Name {
	case RestartNo, RestartOnFailure:
		c.RestartPolicy = of.RestartPolicy
	}
	defaultContainer(c, DecodeOptions{})
	k := o.InitKey(ic.Name)
	init := Object{
		Kind: k.Kind, Metadata: Metadata{Name: k.Name, Namespace: k.Namespace, Annotations: o.Metadata.Annotations},
		Container: c, Source: o.Source, Generation: o.Generation,
		Init: &InitOf{Container: o.Metadata.Name, Index: index, Timeout: ic.Timeout},
	}
	if r := o.Resolved; r != nil {
		init.Resolved = &Resolved{Env: r.Init[ic.Name], Files: r.InitFiles[ic.Name], Missing: r.Missing}
	}
	return init
}
