// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"reflect"
	"sync"
)

// Change is the effect that a change of a field has on the engine object. The
// tag "change" of a field sets the class of the field and of all fields below
// it that have no tag of their own.
type Change string

// The classes of change.
const (
	// ChangeRecreate requires a new object at the engine.
	ChangeRecreate Change = "recreate"
	// ChangeLive is applied by the engine while the container runs.
	ChangeLive Change = "live"
	// ChangeContent applies to references to configs, secrets and files: different
	// content requires a new container, a different name of the same content does
	// not.
	ChangeContent Change = "content"
	// ChangeNone affects the controller only.
	ChangeNone Change = "none"
)

// changeOf returns the class of a field whose parent has the class inherited.
func changeOf(f reflect.StructField, inherited Change) Change {
	return cmp.Or(Change(f.Tag.Get("change")), inherited)
}

// classes holds the classes of change of a type and of everything below it.
type classes struct {
	// found holds the classes of the leaves.
	found map[Change]bool
	// below holds the classes of the fields of a struct by index or, at index 0,
	// of the items of a list or map.
	below []*classes
}

// classesOf returns the classes of the spec of each kind.
var classesOf = sync.OnceValue(func() map[Kind]*classes {
	all := map[Kind]*classes{}
	for _, kind := range Kinds() {
		all[kind] = classify(specTypes[kind], "")
	}
	return all
})

// specTypes holds the types of the specs.
var specTypes = map[Kind]reflect.Type{
	KindContainer: reflect.TypeFor[Container](),
	KindNetwork:   reflect.TypeFor[Network](),
	KindVolume:    reflect.TypeFor[Volume](),
	KindConfig:    reflect.TypeFor[Config](),
	KindSecret:    reflect.TypeFor[Secret](),
}

func classify(t reflect.Type, class Change) *classes {
	c := &classes{found: map[Change]bool{}}
	switch {
	case isLeaf(t):
		c.found[class] = true
	case t.Kind() == reflect.Struct:
		for f := range t.Fields() {
			c.below = append(c.below, classify(f.Type, changeOf(f, class)))
		}
	default:
		c.below = []*classes{classify(t.Elem(), class)}
	}
	for _, b := range c.below {
		for class := range b.found {
			c.found[class] = true
		}
	}
	return c
}

// itemSuffix returns the suffix of a path that denotes any item of a list or map.
func itemSuffix(t reflect.Type) string {
	if t.Kind() == reflect.Map {
		return "{}"
	}
	return "[]"
}

// isLeaf reports whether a type is a single value in a manifest.
func isLeaf(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return isLeaf(t.Elem()) && t.Elem().Kind() != reflect.Struct
	case reflect.Slice:
		return t == bytesType
	case reflect.Map:
		return false
	case reflect.Struct:
		return len(fieldNames(t)) == 0
	}
	return true
}

// keepOnly sets all fields of v to zero that are of none of the wanted classes.
// v must be addressable and is modified; pointers, slices and maps that it
// contains are copied first, because they may be shared.
func (c *classes) keepOnly(v reflect.Value, wanted ...Change) {
	kept := 0
	for _, class := range wanted {
		if c.found[class] {
			kept++
		}
	}
	switch {
	case kept == 0:
		v.SetZero()
		return
	case kept == len(c.found):
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i, below := range c.below {
			below.keepOnly(v.Field(i), wanted...)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			fresh := reflect.New(v.Type().Elem())
			fresh.Elem().Set(v.Elem())
			c.below[0].keepOnly(fresh.Elem(), wanted...)
			v.Set(fresh)
		}
	case reflect.Slice:
		fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(fresh, v)
		for i := range fresh.Len() {
			c.below[0].keepOnly(fresh.Index(i), wanted...)
		}
		v.Set(fresh)
	case reflect.Map:
		c.keepInMap(v, wanted)
	}
}

func (c *classes) keepInMap(v reflect.Value, wanted []Change) {
	if v.Len() == 0 {
		return
	}
	fresh := reflect.MakeMapWithSize(v.Type(), v.Len())
	for it := v.MapRange(); it.Next(); {
		item := reflect.New(v.Type().Elem()).Elem()
		item.Set(it.Value())
		c.below[0].keepOnly(item, wanted...)
		fresh.SetMapIndex(it.Key(), item)
	}
	v.Set(fresh)
}
