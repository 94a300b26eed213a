// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"fmt"
)

// Metadata identifies an object and attaches labels and annotations to it.
type Metadata struct {
	// Name is unique among the objects of the same kind and namespace. It is a DNS-1123
	// label: lower-case letters, digits and "-", at most 63 characters.
	Name string `json:"name"`
	// Namespace groups objects (default: the controller's --namespace).
	Namespace string `json:"namespace,omitempty"`
	// Labels are key-value pairs for selecting objects. They are also set as labels at
	// the engine.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations are key-value pairs that are not passed to the engine. The
	// annotation dev.reconciler/suspend: "true" stops the controller from acting on
	// the object.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Position is a place in a manifest file.
type Position struct {
	// File is the path relative to the watched directory, with slashes.
	File string
	// Line and Column count from 1; zero means that the place is the file.
	Line, Column int
}

// String is "file:line:column", or the file alone.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// AnnotationSuspend has an object of any kind observed and never acted on when it
// is "true".
const AnnotationSuspend = "dev.reconciler/suspend"

// These annotations of a container replace the thresholds, in percent, from
// which it is said to be under pressure; "0" means never.
const (
	AnnotationMemoryPressure = "dev.reconciler/memory-pressure-percent"
	AnnotationCPUThrottled   = "dev.reconciler/cpu-throttled-percent"
)

// Object is one decoded, defaulted and valid manifest document. Exactly one of
// the specs is set, the one that Kind names. Objects are shared between
// goroutines: nobody changes one after it was built.
type Object struct {
	Kind     Kind
	Metadata Metadata

	Container *Container
	Network   *Network
	Volume    *Volume
	Config    *Config
	Secret    *Secret

	// Content is what was read of files: of a Config or Secret all its entries,
	// by key; of a container its environment files, by path.
	Content map[string]Sensitive
	// Resolved is what a container's references to configs, secrets and files
	// amount to; nil when it has none.
	Resolved *Resolved
	// Variables are the names of the variables of the environment that the
	// document uses, sorted.
	Variables []string

	// Init is set on an init container, which its container implies.
	Init *InitOf
	// Source is where the document begins. The zero Position marks an implied
	// object: a namespace's default network, or a network or volume that a
	// container names and no manifest declares.
	Source Position
	// Generation counts the changes of the object's spec since the controller
	// started, from 1.
	Generation int64
}

// Key names the object.
func (o Object) Key() Key {
	return Key{Kind: o.Kind, Namespace: o.Metadata.Namespace, Name: o.Metadata.Name}
}

// IsZero reports that the object is none.
func (o Object) IsZero() bool { return o.Kind == "" }

// Implied reports that no manifest declares the object.
func (o Object) Implied() bool { return o.Source.File == "" }

// Suspended reports that the manifest wants the object observed and never acted
// on.
func (o Object) Suspended() bool {
	return o.Container != nil && o.Container.Suspend || o.Metadata.Annotations[AnnotationSuspend] == "true"
}

// EngineName is the name of the object at the engine: "<name>.<namespace>", or
// the override in the spec.
func (o Object) EngineName() string {
	switch {
	case o.Container != nil && cmp.Or(o.Container.ContainerName, o.Container.Name) != "":
		return cmp.Or(o.Container.ContainerName, o.Container.Name)
	case o.Network != nil && o.Network.NetworkName != "":
		return o.Network.NetworkName
	case o.Volume != nil && o.Volume.VolumeName != "":
		return o.Volume.VolumeName
	}
	return o.Metadata.Name + "." + o.Metadata.Namespace
}

// External reports that the object exists outside the controller's care: it
// must be present, and is never created, changed or removed.
func (o Object) External() bool {
	return o.Network != nil && o.Network.External || o.Volume != nil && o.Volume.External
}
