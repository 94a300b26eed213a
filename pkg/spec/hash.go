// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// hashVersion changes when Hash changes what it covers, so that an upgrade of
// the controller does not take every object for a changed one.
const hashVersion = "v1"

// Hash stands for those parts of a spec which cannot change in place at the
// engine: "v1:" and 32 hexadecimal digits.
type Hash string

// Comparable reports that both hashes were made by the same version of the
// hash function. Hashes that are not comparable say nothing of a change.
func (h Hash) Comparable(other Hash) bool {
	a, _, okA := strings.Cut(string(h), ":")
	b, _, okB := strings.Cut(string(other), ":")
	return okA && okB && a == b
}

// unresolved is the version of hashes of what cannot be created for lack of a
// config or secret: no object carries one, so that none is taken for a changed
// one meanwhile.
const unresolved = "unresolved"

// Hash covers the fields whose change takes a new object, by the table of
// changes, and the content of what they lead to. The same image or name written
// in another way is no change.
func (o Object) Hash() Hash {
	return o.hash(ChangeRecreate)
}

// LiveHash covers the fields that can be changed while the container runs; empty
// for other kinds.
func (o Object) LiveHash() Hash {
	if o.Container == nil {
		return ""
	}
	return o.hash(ChangeLive)
}

// covered is the JSON form of what a hash is made of.
type covered struct {
	Name   string
	Labels map[string]string
	Spec   any
	// Content are digests of files, by path, owner and mode.
	Content []string `json:",omitempty"`
}

// content are digests of the files.
func (r *Resolved) content() []string {
	var digests []string
	add := func(scope string, files []File) {
		for _, f := range files {
			sum := sha256.Sum256([]byte(f.Content.Reveal()))
			digests = append(digests, fmt.Sprintf("%s:%s:%d:%d:%s:%x", scope, f.Path, f.UID, f.GID, f.Mode, sum))
		}
	}
	add("", r.Files)
	for _, name := range slices.Sorted(maps.Keys(r.InitFiles)) {
		add(name, r.InitFiles[name])
	}
	return digests
}

// texts is the environment as a manifest would say it without references. It
// goes into a hash and nowhere else.
func texts(env map[string]EnvContent) map[string]EnvValue {
	out := make(map[string]EnvValue, len(env))
	for name, v := range env {
		out[name] = EnvText(v.Text.Reveal())
	}
	return out
}

func (o Object) hash(class Change) Hash {
	c := covered{Spec: o.keepOnly(class)}
	version := hashVersion
	if class == ChangeRecreate {
		c.Name, c.Labels = o.EngineName(), o.Metadata.Labels
		if r := o.Resolved; r != nil {
			c.Content = r.content()
			if len(r.Missing) > 0 {
				version = unresolved
			}
		}
	}
	data, err := json.Marshal(c)
	if err != nil {
		panic("spec: hash of " + o.Key().String() + ": " + err.Error())
	}
	sum := sha256.Sum256(data)
	return Hash(version + ":" + hex.EncodeToString(sum[:16]))
}

// keepOnly is the spec with the fields of a class only.
func (o Object) keepOnly(class Change) any {
	fields := classesOf()[o.Kind]
	switch {
	case o.Container != nil:
		c := *o.Container
		c.Image, c.Tag = c.ImageReference(), ""
		c.Name, c.ContainerName = "", "" // EngineName is covered
		if c.RestartManagedBy != RestartByEngine {
			c.RestartManagedBy, c.RestartPolicy = "", RestartPolicy{} // the engine is told of neither
		}
		o.resolveInto(&c)
		fields.keepOnly(reflect.ValueOf(&c).Elem(), class)
		return c
	case o.Network != nil:
		n := *o.Network
		fields.keepOnly(reflect.ValueOf(&n).Elem(), class)
		return n
	case o.Volume != nil:
		v := *o.Volume
		fields.keepOnly(reflect.ValueOf(&v).Elem(), class)
		return v
	}
	return nil
}

// resolveInto puts the resolved environments in the place of the declared ones,
// and leaves out references to files: their content is covered.
func (o Object) resolveInto(c *Container) {
	r := o.Resolved
	if r == nil {
		return
	}
	c.Env, c.Configs, c.Secrets = texts(r.Env), nil, nil
	c.InitContainers = slices.Clone(c.InitContainers)
	for i := range c.InitContainers {
		init := &c.InitContainers[i]
		init.Env, init.Configs, init.Secrets = texts(r.Init[init.Name]), nil, nil
	}
}
