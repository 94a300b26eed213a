// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// covered says of every field of the three specs whether a change of it takes a
// new engine object. A field without a row here fails the test: whoever adds
// one has to decide.
var covered = map[spec.Kind]map[string]bool{
	spec.KindContainer: {
		"ID": false, "Name": false, "Image": true, "Tag": true, "PullPolicy": false,
		"Entrypoint[]": true, "Command[]": true, "Env{}": true, "WorkingDir": true, "User": true,
		"Hostname": true, "ContainerName": true,
		"Ports[].Host": true, "Ports[].Container": true, "Ports[].Protocol": true, "Ports[].HostIP": true,
		"Networks[].Name": false, "Networks[].Aliases[]": false,
		"Volumes[].Type": true, "Volumes[].Source": true, "Volumes[].Target": true, "Volumes[].ReadOnly": true,
		"HealthCheck.Test[]": true, "HealthCheck.Interval": true, "HealthCheck.Timeout": true,
		"HealthCheck.Retries": true, "HealthCheck.StartPeriod": true,
		"RestartPolicy.Name": false, "RestartPolicy.MaximumRetryCount": false,
		"Dependencies[].Name": false, "Dependencies[].Condition": false, "Dependencies[].Required": false,
		"StopSignal": true, "StopGracePeriod": false, "Privileged": true, "Labels{}": true, "Suspend": false,
	},
	spec.KindNetwork: {
		"Driver": true, "DriverOpts{}": true, "Internal": true, "Attachable": true, "EnableIPv6": true,
		"IPAM.Driver": true, "IPAM.Config[].Subnet": true, "IPAM.Config[].IPRange": true,
		"IPAM.Config[].Gateway": true, "IPAM.Config[].AuxAddresses{}": true, "IPAM.Options{}": true,
		"Labels{}": true, "External": true, "NetworkName": true,
	},
	spec.KindVolume: {
		"Driver": true, "DriverOpts{}": true, "Labels{}": true, "External": true, "VolumeName": true,
		// The policy is read from a label of the volume, which cannot change: that
		// it differs has to be told, or it would not be known to be without effect.
		"DeletionPolicy": true,
	},
}

// objectOf is an object of a kind, whose spec the test may change.
func objectOf(kind spec.Kind) (spec.Object, reflect.Value) {
	o := spec.Object{Kind: kind, Metadata: spec.Metadata{Name: "app", Namespace: "shop"}}
	switch kind {
	case spec.KindContainer:
		o.Container = &spec.Container{Image: "nginx"}
		return o, reflect.ValueOf(o.Container).Elem()
	case spec.KindNetwork:
		o.Network = &spec.Network{}
		return o, reflect.ValueOf(o.Network).Elem()
	}
	o.Volume = &spec.Volume{}
	return o, reflect.ValueOf(o.Volume).Elem()
}

func TestHashCovers(t *testing.T) {
	for kind, rows := range covered {
		_, root := objectOf(kind)
		found := map[string]bool{}
		for _, path := range leaves(root.Type(), "") {
			found[path] = true
			t.Run(fmt.Sprintf("%s.%s", kind, path), func(t *testing.T) {
				want, known := rows[path]
				if !known {
					t.Fatal("decide whether the hash covers this field, and add a row")
				}
				before, _ := objectOf(kind)
				after, value := objectOf(kind)
				change(value, path)
				if got := before.Hash() != after.Hash(); got != want {
					t.Errorf("a change of it changes the hash: %v, want %v", got, want)
				}
			})
		}
		for path := range rows {
			if !found[path] {
				t.Errorf("%s has no field %s", kind, path)
			}
		}
	}
}

// leaves are the paths of all fields that hold a value.
func leaves(t reflect.Type, path string) []string {
	switch t.Kind() {
	case reflect.Struct:
		var all []string
		for f := range t.Fields() {
			name := f.Name
			if path != "" {
				name = path + "." + name
			}
			all = append(all, leaves(f.Type, name)...)
		}
		return all
	case reflect.Pointer:
		return leaves(t.Elem(), path)
	case reflect.Slice:
		return leaves(t.Elem(), path+"[]")
	case reflect.Map:
		return []string{path + "{}"}
	}
	return []string{path}
}

// change sets the leaf at path to something else, in elements made for it.
func change(v reflect.Value, path string) { set(v, "", path) }

func set(v reflect.Value, at, path string) bool {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if at != "" {
				name = at + "." + name
			}
			if set(v.Field(i), name, path) {
				return true
			}
		}
		return false
	case reflect.Pointer:
		made := reflect.New(v.Type().Elem())
		if !set(made.Elem(), at, path) {
			return false
		}
		v.Set(made)
		return true
	case reflect.Slice:
		made := reflect.MakeSlice(v.Type(), 1, 1)
		if !set(made.Index(0), at+"[]", path) {
			return false
		}
		v.Set(made)
		return true
	case reflect.Map:
		if at+"{}" != path {
			return false
		}
		v.Set(reflect.ValueOf(map[string]string{"name": "changed"}))
		return true
	}
	if at != path {
		return false
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("changed")
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetInt(7)
	}
	return true
}

// TestHashOf holds what else the hash does and does not cover.
func TestHashOf(t *testing.T) {
	base, _ := objectOf(spec.KindContainer)
	for name, tc := range map[string]struct {
		change func(*spec.Object)
		want   bool
	}{
		"name":                     {func(o *spec.Object) { o.Metadata.Name = "b" }, true},
		"namespace":                {func(o *spec.Object) { o.Metadata.Namespace = "b" }, true},
		"labels":                   {func(o *spec.Object) { o.Metadata.Labels = map[string]string{"a": "b"} }, true},
		"annotations":              {func(o *spec.Object) { o.Metadata.Annotations = map[string]string{"a": "b"} }, false},
		"source":                   {func(o *spec.Object) { o.Source = spec.Position{File: "b"} }, false},
		"generation":               {func(o *spec.Object) { o.Generation = 7 }, false},
		"tag in the image":         {func(o *spec.Object) { o.Container.Image = "nginx:latest" }, false},
		"tag beside the image":     {func(o *spec.Object) { o.Container.Tag = "latest" }, false},
		"the default name spelled": {func(o *spec.Object) { o.Container.ContainerName = "app.shop" }, false},
		"empty lists":              {func(o *spec.Object) { o.Container.Command = []string{} }, false},
		"empty maps":               {func(o *spec.Object) { o.Container.Env = map[string]string{} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := objectOf(spec.KindContainer)
			tc.change(&o)
			if got := o.Hash() != base.Hash(); got != tc.want {
				t.Errorf("a change of it changes the hash: %v, want %v", got, tc.want)
			}
		})
	}
}

// TestHashStays holds the hashes of three objects: a change of one would have
// an upgrade of the controller replace everything, unless hashVersion changes
// with it.
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
		"the same":          {"v1:a", "v1:a", true},
		"another":           {"v1:a", "v1:b", true},
		"another version":   {"v1:a", "v2:a", false},
		"none":              {"v1:a", "", false},
		"without a version": {"a", "a", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.a.Comparable(tc.b); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
