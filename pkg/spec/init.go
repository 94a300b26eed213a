// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"slices"
)

// InitOf identifies an implied container as an init container.
type InitOf struct {
	// Container is the name of the container, in the same namespace, that lists
	// the init container.
	Container string
	// Index is the index in the list of init containers.
	Index int
	// Timeout is the maximum run time; zero means no limit.
	Timeout Duration
}

// InitKey returns the key of an init container of the object. No manifest can
// declare the key, because names in manifests contain no dots.
func (o Object) InitKey(name string) Key {
	return Key{KindContainer, o.Metadata.Namespace, o.Metadata.Name + "." + name}
}

// InitObjects returns the init containers of a container as separate objects, in
// order. They have the networks and dependencies of the container. It returns nil
// for other kinds.
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
