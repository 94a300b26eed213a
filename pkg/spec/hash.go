// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
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
}

func (o Object) hash(class Change) Hash {
	c := covered{Spec: o.keepOnly(class)}
	if class == ChangeRecreate {
		c.Name, c.Labels = o.EngineName(), o.Metadata.Labels
	}
	data, err := json.Marshal(c)
	if err != nil {
		panic("spec: hash of " + o.Key().String() + ": " + err.Error())
	}
	sum := sha256.Sum256(data)
	return Hash(hashVersion + ":" + hex.EncodeToString(sum[:16]))
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
