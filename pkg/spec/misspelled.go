// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/pact-toolbox/reconciler/pkg/spelling"
)

// ReasonUndeclared is the reason of a warning about the name of an undeclared object
// that is similar to the name of a declared one.
const ReasonUndeclared = "UndeclaredName"

// Misspelled returns a warning for each reference to an object that is not declared,
// if the name is similar to the name of a declared object of that kind and
// namespace. objects are the declared objects after Resolve.
func Misspelled(objects map[Key]Object) []Problem {
	names := map[Key][]string{} // the declared names by kind and namespace
	for k := range objects {
		of := Key{Kind: k.Kind, Namespace: k.Namespace}
		names[of] = append(names[of], k.Name)
	}
	for _, list := range names {
		slices.Sort(list)
	}
	var warnings []Problem
	for _, k := range (Set{Objects: objects}).Keys() {
		o := objects[k]
		for _, ref := range o.references() {
			if _, declared := objects[ref.to]; declared {
				continue
			}
			similar := spelling.Similar(ref.to.Name, names[Key{Kind: ref.to.Kind, Namespace: ref.to.Namespace}])
			if similar == "" {
				continue
			}
			warnings = append(warnings, Problem{Key: k, Reason: ReasonUndeclared, Error: Error{
				Position: o.Source, Path: ref.path, Message: ref.message(), Hint: didYouMean(similar),
			}})
		}
	}
	return warnings
}

// Locate returns the position of the field at path in the document that begins at
// a position, or that position if data has no such document.
func Locate(data []byte, document Position, path string) Position {
	decoder := yaml.NewDecoder(bytes.NewReader(jsonToYAML(data)))
	for {
		var doc yaml.Node
		if err := decoder.Decode(&doc); err != nil {
			return document
		}
		if len(doc.Content) == 0 {
			continue
		}
		if c := newChecker(document.File, doc.Content[0], nil); c.position("") == document {
			return c.position(path)
		}
	}
}

// didYouMean returns the hint for the name of which another one is a misspelling.
func didYouMean(name string) string { return fmt.Sprintf("did you mean %q?", name) }

// Suggest returns a hint such as `did you mean "backend"?` if the name of a key that
// is not declared is similar to the name of a declared object of that kind and
// namespace; otherwise "".
func (s Set) Suggest(k Key) string {
	var names []string
	for known := range s.Objects {
		if known.Kind == k.Kind && known.Namespace == k.Namespace {
			names = append(names, known.Name)
		}
	}
	slices.Sort(names)
	if similar := spelling.Similar(k.Name, names); similar != "" {
		return didYouMean(similar)
	}
	return ""
}

// objectReference is a field of a container that names another object.
type objectReference struct {
	path string
	to   Key
}

// message describes a reference to an object that no manifest declares.
func (r objectReference) message() string {
	switch r.to.Kind {
	case KindNetwork:
		return fmt.Sprintf("no manifest declares %s, so the container gets a new network of that name", r.to)
	case KindVolume:
		return fmt.Sprintf("no manifest declares %s, so the container gets a new, empty volume of that name", r.to)
	}
	return "no manifest declares " + r.to.String()
}

// references returns the fields of a container that name other objects.
func (o Object) references() []objectReference {
	if o.Container == nil {
		return nil
	}
	c, ns := o.Container, o.Metadata.Namespace
	var refs []objectReference
	add := func(to Key, path string, at ...any) {
		refs = append(refs, objectReference{"spec." + fmt.Sprintf(path, at...), to})
	}
	for i, n := range c.Networks {
		if n.Name != DefaultNetworkName {
			add(Key{KindNetwork, ns, n.Name}, "networks[%d]", i)
		}
	}
	mounts := func(prefix string, list []Mount) {
		for i, m := range list {
			if m.Type == MountVolume && m.Source != "" {
				add(Key{KindVolume, ns, m.Source}, prefix+"volumes[%d]", i)
			}
		}
	}
	mounts("", c.Volumes)
	for i, init := range c.InitContainers {
		mounts(fmt.Sprintf("initContainers[%d].", i), init.Volumes)
	}
	for i, d := range c.Dependencies {
		add(d.Key(ns), "dependencies[%d]", i)
	}
	for path, mode := range map[string]string{"networkMode": c.NetworkMode, "ipc": c.IPC, "pid": c.PID} {
		if k, shared := SharedWith(mode, ns); shared {
			add(k, "%s", path)
		}
	}
	if o.Resolved != nil {
		for _, m := range o.Resolved.Missing {
			refs = append(refs, objectReference{m.Path, m.Key})
		}
	}
	slices.SortFunc(refs, func(a, b objectReference) int { return cmp.Compare(a.path, b.path) })
	return refs
}
