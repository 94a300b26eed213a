// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// objectOf returns an object of a kind and its spec, which the test may modify.
func objectOf(kind spec.Kind) (spec.Object, reflect.Value) {
	o := spec.Object{Kind: kind, Metadata: spec.Metadata{Name: "app", Namespace: "shop"}}
	switch kind {
	case spec.KindContainer:
		o.Container = &spec.Container{Image: "nginx", RestartManagedBy: spec.RestartByEngine}
		return o, reflect.ValueOf(o.Container).Elem()
	case spec.KindNetwork:
		o.Network = &spec.Network{}
		return o, reflect.ValueOf(o.Network).Elem()
	case spec.KindConfig:
		o.Config = &spec.Config{}
		return o, reflect.ValueOf(o.Config).Elem()
	case spec.KindSecret:
		o.Secret = &spec.Secret{}
		return o, reflect.ValueOf(o.Secret).Elem()
	}
	o.Volume = &spec.Volume{}
	return o, reflect.ValueOf(o.Volume).Elem()
}

// TestHashCovers checks that each field has a class of change, and that a change
// of the field changes the hash of that class and no other.
func TestHashCovers(t *testing.T) {
	for _, kind := range spec.Kinds() {
		_, root := objectOf(kind)
		classes := map[string]spec.Change{}
		addClasses(classes, spec.Fields(kind))
		for _, path := range leaves(root.Type(), "") {
			t.Run(fmt.Sprintf("%s.%s", kind, path), func(t *testing.T) {
				class := classes[strings.TrimSuffix(strings.TrimSuffix(path, "[]"), "{}")]
				switch class {
				case spec.ChangeRecreate, spec.ChangeLive, spec.ChangeContent, spec.ChangeNone:
				default:
					t.Fatalf("class of change is %q: add a change tag to the field", class)
				}
				if kind.Content() {
					return // the hash of the containers that use it changes
				}
				before, value := objectOf(kind)
				set(value, "", path, func(reflect.Value) {})
				after, value := objectOf(kind)
				if !set(value, "", path, change) {
					t.Fatal("field not found")
				}
				if got, want := before.Hash() != after.Hash(), class == spec.ChangeRecreate; got != want {
					t.Errorf("hash changed: %v, want %v", got, want)
				}
				if got, want := before.LiveHash() != after.LiveHash(), class == spec.ChangeLive; got != want {
					t.Errorf("live hash changed: %v, want %v", got, want)
				}
			})
		}
	}
}

// addClasses adds the class of change of each leaf by its path.
func addClasses(classes map[string]spec.Change, fields []spec.Field) {
	for _, f := range fields {
		classes[f.Path] = f.Change
		addClasses(classes, f.Fields)
	}
}

// named reports whether fields of a struct have names in a manifest.
func named(t reflect.Type) bool {
	for f := range t.Fields() {
		if f.Tag.Get("json") != "" {
			return true
		}
	}
	return false
}

// leaves returns the paths of all fields that hold a value.
func leaves(t reflect.Type, path string) []string {
	switch {
	case t.Kind() == reflect.Struct && named(t):
		var all []string
		for f := range t.Fields() {
			all = append(all, leaves(f.Type, step(path, f))...)
		}
		return all
	case t.Kind() == reflect.Pointer:
		return leaves(t.Elem(), path)
	case t.Kind() == reflect.Map:
		return leaves(t.Elem(), path+"{}")
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return leaves(t.Elem(), path+"[]")
	}
	return []string{path}
}

// step returns the path of a field of the struct at path.
func step(path string, f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if path == "" {
		return name
	}
	return path + "." + name
}

// set calls leaf with the field at path, and creates the elements around it.
func set(v reflect.Value, at, path string, leaf func(reflect.Value)) bool {
	if at == path {
		leaf(v)
		return true
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if named(v.Type()) && strings.HasPrefix(path, step(at, f)) && set(v.Field(i), step(at, f), path, leaf) {
				return true
			}
		}
	case reflect.Pointer:
		made := reflect.New(v.Type().Elem())
		if set(made.Elem(), at, path, leaf) {
			v.Set(made)
			return true
		}
	case reflect.Slice:
		made := reflect.MakeSlice(v.Type(), 1, 1)
		if set(made.Index(0), at+"[]", path, leaf) {
			v.Set(made)
			return true
		}
	case reflect.Map:
		made := reflect.New(v.Type().Elem()).Elem()
		if set(made, at+"{}", path, leaf) {
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(reflect.ValueOf("name"), made)
			return true
		}
	}
	return false
}

// change sets a leaf to a different value.
func change(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("changed")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint32:
		v.SetUint(7)
	case reflect.Slice:
		v.SetBytes([]byte("changed"))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				change(v.Field(i))
			}
		}
	}
}

// TestHashOf checks what else the hash covers and does not cover.
func TestHashOf(t *testing.T) {
	base, _ := objectOf(spec.KindContainer)
	for name, tc := range map[string]struct {
		change func(*spec.Object)
		want   bool
	}{
		"name":                  {func(o *spec.Object) { o.Metadata.Name = "b" }, true},
		"namespace":             {func(o *spec.Object) { o.Metadata.Namespace = "b" }, true},
		"labels":                {func(o *spec.Object) { o.Metadata.Labels = map[string]string{"a": "b"} }, true},
		"annotations":           {func(o *spec.Object) { o.Metadata.Annotations = map[string]string{"a": "b"} }, false},
		"source":                {func(o *spec.Object) { o.Source = spec.Position{File: "b"} }, false},
		"generation":            {func(o *spec.Object) { o.Generation = 7 }, false},
		"tag in the image":      {func(o *spec.Object) { o.Container.Image = "nginx:latest" }, false},
		"tag beside the image":  {func(o *spec.Object) { o.Container.Tag = "latest" }, false},
		"explicit default name": {func(o *spec.Object) { o.Container.ContainerName = "app.shop" }, false},
		"empty lists":           {func(o *spec.Object) { o.Container.Command = []string{} }, false},
		"empty maps":            {func(o *spec.Object) { o.Container.Env = map[string]spec.EnvValue{} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := objectOf(spec.KindContainer)
			tc.change(&o)
			if got := o.Hash() != base.Hash(); got != tc.want {
				t.Errorf("hash changed: %v, want %v", got, tc.want)
			}
		})
	}
}

// TestHashStays checks the hashes of three objects. A different hash of the same
// version would make an upgrade of the controller replace every object.
func TestHashStays(t *testing.T) {
	objects := decode(t, header+`kind: Container
metadata: {name: app, namespace: shop, labels: {tier: web}}
spec:
  image: nginx:1.29
  env: {B: "2", A: "1"}
  ports: [{host: 8080, container: 80}]
  volumes: [{source: data, target: /data}]
  healthCheck: {test: [CMD, "true"], interval: 3s}
  dependencies: [db]
---
`+header+`kind: Network
metadata: {name: back}
spec: {internal: true, ipam: {config: [{subnet: 10.0.0.0/24}]}}
---
`+header+`kind: Volume
metadata: {name: data}
spec: {deletionPolicy: Delete}
`)
	got := ""
	for _, o := range objects {
		got += fmt.Sprintf("%s %s\n", o.Key(), o.Hash())
	}
	golden(t, "testdata/hash.golden", got)
}

func TestHashComparable(t *testing.T) {
	for name, tc := range map[string]struct {
		a, b spec.Hash
		want bool
	}{
		"equal":             {"v1:a", "v1:a", true},
		"different":         {"v1:a", "v1:b", true},
		"different version": {"v1:a", "v2:a", false},
		"empty":             {"v1:a", "", false},
		"without a version": {"a", "a", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.a.Comparable(tc.b); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
