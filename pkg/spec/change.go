// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"reflect"
	"strings"
	"sync"
)

// Change says what a change of a field takes.
type Change string

// The classes of change.
const (
	// ChangeRecreate takes a new object at the engine.
	ChangeRecreate Change = "recreate"
	// ChangeLive is made at the engine while the container runs.
	ChangeLive Change = "live"
	// ChangeContent is that of what the field leads to: another content takes a
	// new container, another name of the same content nothing.
	ChangeContent Change = "content"
	// ChangeNone is carried out by the controller itself.
	ChangeNone Change = "none"
)

// ChangeOf is the class of a field, by its path in the spec such as
// "ports[].host" or "env{}.value"; false when there is no such field.
func ChangeOf(kind Kind, path string) (Change, bool) {
	c, found := changes[kind][path]
	return c, found
}

// classes are the fields of a struct, each with what the table says of it and
// all below it.
type classes struct {
	// found are the classes of the leaves.
	found map[Change]bool
	// below are those of the fields of a struct by index, or, at index 0, of the
	// items of a list or mapping.
	below []*classes
}

// classesOf are the classes of the spec of a kind.
var classesOf = sync.OnceValue(func() map[Kind]*classes {
	all := map[Kind]*classes{}
	for _, kind := range Kinds() {
		all[kind] = classify(kind, specTypes[kind], "")
	}
	return all
})

// specTypes are the types of the specs.
var specTypes = map[Kind]reflect.Type{
	KindContainer: reflect.TypeFor[Container](),
	KindNetwork:   reflect.TypeFor[Network](),
	KindVolume:    reflect.TypeFor[Volume](),
	KindConfig:    reflect.TypeFor[Config](),
	KindSecret:    reflect.TypeFor[Secret](),
}

func classify(kind Kind, t reflect.Type, path string) *classes {
	c := &classes{found: map[Change]bool{}}
	switch {
	case isLeaf(t):
		c.found[changes[kind][path]] = true
	case t.Kind() == reflect.Struct:
		for f := range t.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			c.below = append(c.below, classify(kind, f.Type, join(path, name)))
		}
	case t.Kind() == reflect.Pointer:
		c.below = []*classes{classify(kind, t.Elem(), path)}
	default:
		c.below = []*classes{classify(kind, t.Elem(), path+itemSuffix(t))}
	}
	for _, b := range c.below {
		for class := range b.found {
			c.found[class] = true
		}
	}
	return c
}

// itemSuffix is what stands for any item in a path.
func itemSuffix(t reflect.Type) string {
	if t.Kind() == reflect.Map {
		return "{}"
	}
	return "[]"
}

// isLeaf reports that a type is a value, as far as manifests go.
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

// keepOnly zeroes what is of another class than those wanted. v is a copy that
// may be changed; what it leads to is shared and copied first.
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
