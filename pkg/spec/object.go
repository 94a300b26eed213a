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

// Position is a position in a manifest file.
type Position struct {
	// File is the path relative to the watched directory, separated by slashes.
	File string
	// Line and Column count from 1; 0 means the file as a whole.
	Line, Column int
}

// String returns "file:line:column", or only the file if Line is 0.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// AnnotationSuspend is the annotation that, with the value "true", stops the
// controller from acting on an object.
const AnnotationSuspend = "dev.reconciler/suspend"

// These annotations of a container replace the thresholds of its pressure
// conditions, in percent; "0" disables a condition.
const (
	AnnotationMemoryPressure = "dev.reconciler/memory-pressure-percent"
	AnnotationCPUThrottled   = "dev.reconciler/cpu-throttled-percent"
)

// Object is a decoded, defaulted and valid manifest document. Exactly one spec is
// set, the one of Kind. Objects are shared between goroutines and must not be
// modified after they were built.
type Object struct {
	Kind     Kind
	Metadata Metadata

	Container *Container
	Network   *Network
	Volume    *Volume
	Config    *Config
	Secret    *Secret

	// Content holds the entries of a Config or Secret by key, or the environment
	// files of a container by path.
	Content map[string]Sensitive
	// Resolved is the content of the references of a container; nil if it has no
	// references.
	Resolved *Resolved
	// Variables lists the names of the environment variables that the document
	// uses, sorted.
	Variables []string

	// Init is set if the object is an init container.
	Init *InitOf
	// Source is the position of the document. The zero Position marks an implied
	// object: the default network of a namespace, or a network or volume that a
	// container uses and no manifest declares.
	Source Position
	// Generation counts the changes of the spec since the controller started,
	// from 1.
	Generation int64
}

// Key returns the key of the object.
func (o Object) Key() Key {
	return Key{Kind: o.Kind, Namespace: o.Metadata.Namespace, Name: o.Metadata.Name}
}

// IsZero reports whether the object is the zero value.
func (o Object) IsZero() bool { return o.Kind == "" }

// Implied reports whether no manifest declares the object.
func (o Object) Implied() bool { return o.Source.File == "" }

// Suspended reports whether the manifest stops the controller from acting on the
// object.
func (o Object) Suspended() bool {
	return o.Container != nil && o.Container.Suspend || o.Metadata.Annotations[AnnotationSuspend] == "true"
}

// EngineName returns the name of the object at the engine: the name set in the
// spec, or "<name>.<namespace>".
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

// External reports whether the object must already exist at the engine. The
// controller never creates, changes or removes it.
func (o Object) External() bool {
	return o.Network != nil && o.Network.External || o.Volume != nil && o.Volume.External
}
