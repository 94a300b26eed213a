// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// full returns the objects of testdata/full.yaml.
func full(t *testing.T) []spec.Object {
	t.Helper()
	data, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	objects, errs := spec.Decode("full.yaml", data, spec.DecodeOptions{Dir: "/m"})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return objects
}

// specOf returns the spec of an object.
func specOf(o spec.Object) any {
	switch o.Kind {
	case spec.KindContainer:
		return o.Container
	case spec.KindNetwork:
		return o.Network
	case spec.KindVolume:
		return o.Volume
	case spec.KindConfig:
		return o.Config
	}
	return o.Secret
}

// TestFull checks that every field of every kind is decoded.
func TestFull(t *testing.T) {
	filled := map[spec.Kind]map[string]bool{}
	for _, o := range full(t) {
		if filled[o.Kind] == nil {
			filled[o.Kind] = map[string]bool{}
		}
		fill(reflect.ValueOf(specOf(o)).Elem(), "", filled[o.Kind])
	}
	for _, kind := range spec.Kinds() {
		_, root := objectOf(kind)
		for _, path := range leaves(root.Type(), "") {
			if !filled[kind][path] {
				t.Errorf("%s.%s is not decoded, or not in testdata/full.yaml", kind, path)
			}
		}
	}
}

// fill records the leaves that are not zero.
func fill(v reflect.Value, path string, filled map[string]bool) {
	switch {
	case v.Kind() == reflect.Struct && named(v.Type()):
		for i := range v.NumField() {
			fill(v.Field(i), step(path, v.Type().Field(i)), filled)
		}
	case v.Kind() == reflect.Pointer && v.IsNil():
	case v.Kind() == reflect.Pointer && v.Type().Elem().Kind() != reflect.Struct:
		filled[path] = true
	case v.Kind() == reflect.Pointer:
		fill(v.Elem(), path, filled)
	case v.Kind() == reflect.Map:
		for it := v.MapRange(); it.Next(); {
			fill(it.Value(), path+"{}", filled)
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		for i := range v.Len() {
			fill(v.Index(i), path+"[]", filled)
		}
	case !v.IsZero():
		filled[path] = true
	}
}

// TestFullRoundTrip checks that the JSON encoding of an object decodes to the same
// object, by a program and as a manifest. Secrets are not encoded.
func TestFullRoundTrip(t *testing.T) {
	for _, o := range full(t) {
		if o.Secret != nil {
			continue
		}
		t.Run(o.Key().String(), func(t *testing.T) {
			text, err := json.Marshal(specOf(o))
			if err != nil {
				t.Fatal(err)
			}
			again := reflect.New(reflect.TypeOf(specOf(o)).Elem()).Interface()
			if err := json.Unmarshal(text, again); err != nil {
				t.Fatalf("%v in %s", err, text)
			}
			if diff := cmp.Diff(specOf(o), again); diff != "" {
				t.Errorf("decoded by a program (-want +got):\n%s", diff)
			}
			name, _ := json.Marshal(o.Metadata)
			manifest := `{"apiVersion": "` + spec.APIVersion + `", "kind": "` + string(o.Kind) + `", "metadata": ` + string(name) + `, "spec": ` + string(text) + `}`
			objects, errs := spec.Decode("f.json", []byte(manifest), spec.DecodeOptions{Dir: "/m"})
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if diff := cmp.Diff(specOf(o), specOf(objects[0])); diff != "" || o.Hash() != objects[0].Hash() {
				t.Errorf("decoded as a manifest (-want +got):\n%s", diff)
			}
		})
	}
}

// TestScalars checks that the notations of quantities, ports and modes are decoded,
// and encoded in one form.
func TestScalars(t *testing.T) {
	for name, tc := range map[string]struct {
		field, want string
	}{
		"bytes":             {"resources: {shmSize: 64}", `"64"`},
		"binary units":      {"resources: {shmSize: 1.5Gi}", `"1536Mi"`},
		"decimal units":     {"resources: {shmSize: 64k}", `"64000"`},
		"bytes in units":    {"resources: {shmSize: 65536}", `"64Ki"`},
		"CPUs":              {"resources: {limits: {cpus: 1.5}}", `"1.5"`},
		"CPUs as text":      {`resources: {limits: {cpus: "0.25"}}`, `"0.25"`},
		"thousandths":       {"resources: {limits: {cpus: 500m}}", `"0.5"`},
		"octal":             {"configs: [{name: c, mode: 0o640}]", `"0640"`},
		"octal without o":   {"configs: [{name: c, mode: 0640}]", `"0640"`},
		"octal in quotes":   {`configs: [{name: c, mode: "0640"}]`, `"0640"`},
		"a port":            {"ports: [{container: 80}]", "80"},
		"a port in quotes":  {`ports: [{container: "80"}]`, "80"},
		"ports":             {"ports: [{container: 80-90}]", `"80-90"`},
		"all GPUs":          {"resources: {gpus: all}", `{"count":-1}`},
		"two GPUs":          {"resources: {gpus: 2}", `{"count":2}`},
		"one limit":         {"resources: {ulimits: {nofile: 7}}", `{"soft":7,"hard":7}`},
		"a device":          {"resources: {devices: [/dev/fuse]}", `{"host":"/dev/fuse"}`},
		"a device in three": {`resources: {devices: ["/dev/a:/dev/b:r"]}`, `{"host":"/dev/a","container":"/dev/b","permissions":"r"}`},
		"an exposed port":   {"expose: [9000]", `"9000/tcp"`},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(container(t, tc.field).Container)
			if err != nil || !strings.Contains(string(text), ":"+tc.want) && !strings.Contains(string(text), "["+tc.want) {
				t.Errorf("got %s, want %s: %v", text, tc.want, err)
			}
		})
	}
}

func TestPublishedPorts(t *testing.T) {
	got := container(t, "ports: [{host: 8000-8001, container: 80-81, protocol: udp}, {container: 90-91, hostIP: 127.0.0.1}, {host: auto, container: 7}]").
		Container.PublishedPorts()
	want := []spec.PublishedPort{
		{Host: 8000, Container: 80, Protocol: "udp"},
		{Host: 8001, Container: 81, Protocol: "udp"},
		{HostIP: "127.0.0.1", Container: 90, Protocol: "tcp"},
		{HostIP: "127.0.0.1", Container: 91, Protocol: "tcp"},
		{Container: 7, Protocol: "tcp"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
