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

// hashVersion must change whenever Hash covers different fields, so that an upgrade
// of the controller does not treat every object as changed.
const hashVersion = "v1"

// Hash is a digest of the fields of a spec that the engine cannot change in place:
// "v1:" and 32 hexadecimal digits.
type Hash string

// Comparable reports whether both hashes have the same version. Only comparable
// hashes show whether a spec has changed.
func (h Hash) Comparable(other Hash) bool {
	a, _, okA := strings.Cut(string(h), ":")
	b, _, okB := strings.Cut(string(other), ":")
	return okA && okB && a == b
}

// unresolvedVersion is the version of hashes of containers with missing references.
// Because no engine object has such a hash, none is treated as changed meanwhile.
const unresolvedVersion = "unresolved"

// Hash returns the digest of all fields of the class ChangeRecreate and of the
// content that references lead to. Different notations of the same image or name
// have the same hash.
func (o Object) Hash() Hash {
	return o.hash(ChangeRecreate)
}

// LiveHash returns the digest of all fields of the class ChangeLive, which can
// change while the container runs. It returns "" for other kinds.
func (o Object) LiveHash() Hash {
	if o.Container == nil {
		return ""
	}
	return o.hash(ChangeLive)
}

// hashInput is the structure whose JSON encoding is hashed.
type hashInput struct {
	Name   string
	Labels map[string]string
	Spec   any
	// Content holds digests of files with their path, owner and mode.
	Content []string `json:",omitempty"`
}

// fileDigests returns a digest of each file.
func (r *Resolved) fileDigests() []string {
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

// plainEnv returns the environment as a manifest without references would declare
// it. It contains confidential values and must only be hashed.
func plainEnv(env map[string]EnvContent) map[string]EnvValue {
	out := make(map[string]EnvValue, len(env))
	for name, v := range env {
		out[name] = EnvText(v.Text.Reveal())
	}
	return out
}

func (o Object) hash(class Change) Hash {
	c := hashInput{Spec: o.keepOnly(class)}
	version := hashVersion
	if class == ChangeRecreate {
		c.Name, c.Labels = o.EngineName(), o.Metadata.Labels
		if r := o.Resolved; r != nil {
			c.Content = r.fileDigests()
			if len(r.Missing) > 0 {
				version = unresolvedVersion
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

// keepOnly returns a copy of the spec with only the fields of a class.
func (o Object) keepOnly(class Change) any {
	fields := classesOf()[o.Kind]
	switch {
	case o.Container != nil:
		c := *o.Container
		c.Image, c.Tag = c.ImageReference(), ""
		c.Name, c.ContainerName = "", "" // covered by EngineName
		if c.RestartManagedBy != RestartByEngine {
			c.RestartManagedBy, c.RestartPolicy = "", RestartPolicy{} // not passed to the engine
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

// resolveInto replaces the declared environments by the resolved ones and removes
// the references to files, because the hash covers their content.
func (o Object) resolveInto(c *Container) {
	r := o.Resolved
	if r == nil {
		return
	}
	c.Env, c.Configs, c.Secrets = plainEnv(r.Env), nil, nil
	c.InitContainers = slices.Clone(c.InitContainers)
	for i := range c.InitContainers {
		init := &c.InitContainers[i]
		init.Env, init.Configs, init.Secrets = plainEnv(r.Init[init.Name]), nil, nil
	}
}
