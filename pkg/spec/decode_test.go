// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const header = "apiVersion: reconciler.dev/v1alpha1\n"

// decode reads a manifest that has to be valid.
func decode(t *testing.T, text string) []spec.Object {
	t.Helper()
	objects, errs := spec.Decode("f.yaml", []byte(text), spec.DecodeOptions{})
	if len(errs) > 0 {
		t.Fatalf("%s\n%v", text, errs)
	}
	return objects
}

// container is a valid container whose spec is nginx and the lines given.
func container(t *testing.T, lines ...string) spec.Object {
	t.Helper()
	text := header + "kind: Container\nmetadata: {name: app}\nspec:\n  image: nginx:1\n"
	for _, line := range lines {
		text += "  " + line + "\n"
	}
	return decode(t, text)[0]
}

// TestDecodeContainer holds every field to its place.
func TestDecodeContainer(t *testing.T) {
	text := header + `
kind: Container
metadata: {name: app, namespace: shop, labels: {tier: backend}, annotations: {note: x}, uid: "1", generation: 3}
spec:
  image: my-app
  tag: "1.2"
  pullPolicy: never
  entrypoint: [/init]
  command: ["yes", "no"]
  env: {A: "1", B: "", C: 'off'}
  workingDir: /app
  user: "1000:1000"
  hostname: host
  containerName: my-app-1
  ports: [{host: 8080, container: 80, hostIP: 0.0.0.0}, {container: 0x35, protocol: udp}]
  networks: [back, {name: front, aliases: [web]}]
  volumes:
    - {source: data, target: /data, readOnly: true}
    - {type: bind, source: /etc/app, target: /etc/app}
    - {type: tmpfs, target: /tmp}
  healthCheck: {test: [CMD, curl, localhost], interval: 1m30s, timeout: 500ms, retries: 4, startPeriod: 0s}
  restartPolicy: {name: on-failure, maximumRetryCount: 5}
  dependencies: [db, {name: jobs/migrate, condition: completed, required: false}]
  stopSignal: SIGINT
  stopGracePeriod: 20s
  privileged: true
  labels: {a: b}
  suspend: true
status: {phase: Running, whatever: [1]}
`
	no := false
	want := spec.Object{
		Kind: spec.KindContainer,
		Metadata: spec.Metadata{
			Name: "app", Namespace: "shop",
			Labels: map[string]string{"tier": "backend"}, Annotations: map[string]string{"note": "x"},
		},
		Source: spec.Position{File: "f.yaml", Line: 1, Column: 1},
		Container: &spec.Container{
			Image: "my-app", Tag: "1.2", PullPolicy: spec.PullNever,
			Entrypoint: []string{"/init"}, Command: []string{"yes", "no"},
			Env:        map[string]spec.EnvValue{"A": spec.EnvText("1"), "B": spec.EnvText(""), "C": spec.EnvText("off")},
			WorkingDir: "/app", User: "1000:1000", Hostname: "host", ContainerName: "my-app-1",
			Ports: []spec.Port{
				{Host: spec.PortRange{First: 8080, Last: 8080}, Container: spec.PortRange{First: 80, Last: 80}, Protocol: "tcp", HostIP: "0.0.0.0"},
				{Container: spec.PortRange{First: 53, Last: 53}, Protocol: "udp"},
			},
			Networks: []spec.NetworkRef{{Name: "back"}, {Name: "front", Aliases: []string{"web"}}},
			Volumes: []spec.Mount{
				{Type: spec.MountVolume, Source: "data", Target: "/data", ReadOnly: true},
				{Type: spec.MountBind, Source: "/etc/app", Target: "/etc/app"},
				{Type: spec.MountTmpfs, Target: "/tmp"},
			},
			HealthCheck: &spec.HealthCheck{
				Test:     []string{"CMD", "curl", "localhost"},
				Interval: spec.Duration(90 * time.Second), Timeout: spec.Duration(500 * time.Millisecond), Retries: 4,
			},
			RestartPolicy: spec.RestartPolicy{Name: spec.RestartOnFailure, MaximumRetryCount: 5},
			Dependencies: []spec.Dependency{
				{Name: "db", Condition: spec.UntilReady},
				{Name: "jobs/migrate", Condition: spec.UntilCompleted, Required: &no},
			},
			StopSignal: "SIGINT", StopGracePeriod: spec.Duration(20 * time.Second),
			Privileged: true, Labels: map[string]string{"a": "b"}, Suspend: true,
		},
	}
	if diff := cmp.Diff([]spec.Object{want}, decode(t, text)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestDecodeSeed checks that the container configurations of the original
// documentation of the project are accepted unchanged.
func TestDecodeSeed(t *testing.T) {
	text := header + `kind: Container
spec: {
  id: 'pact-server',
  name: 'pact-server-1',
  image: 'kadena/pact',
  tag: 'latest',
  ports: [{ host: 9001, container: 9001 }],
  healthCheck: {
    test: ['CMD', 'curl', '-f', 'http://localhost:9001/health'],
    interval: '10s',
    retries: 3
  }
}
---
` + header + `kind: Container
spec: {
    id: 'app',
    name: 'my-app',
    image: 'my-app:latest',
    env: { POSTGRES_PASSWORD: 'secret' },
    ports: [{ host: 9000, container: 9000, protocol: 'udp' }],
    volumes: [{ type: 'bind', source: './data', target: '/data' },
      { type: 'volume', source: 'postgres-data', target: '/var/lib/postgresql/data', readOnly: true }],
    restartPolicy: { name: 'unless-stopped' },
    dependencies: ['pact-server']
}
`
	objects, errs := spec.Decode("f.yaml", []byte(text), spec.DecodeOptions{Defaults: spec.Defaults{Namespace: "dev"}, Dir: "/m"})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	server, app := objects[0], objects[1]
	if server.Metadata.Name != "pact-server" || server.EngineName() != "pact-server-1" {
		t.Errorf("id and name are %q and %q", server.Metadata.Name, server.EngineName())
	}
	if got := server.Container.ImageReference(); got != "kadena/pact:latest" || server.Container.PullPolicy != spec.PullAlways {
		t.Errorf("image %q is pulled %q", got, server.Container.PullPolicy)
	}
	want := []spec.Edge{
		{To: spec.Key{Kind: spec.KindContainer, Namespace: "dev", Name: "pact-server"}, Until: spec.UntilReady},
		{To: spec.Key{Kind: spec.KindNetwork, Namespace: "dev", Name: "default"}, Until: spec.UntilStarted, Structural: true},
		{To: spec.Key{Kind: spec.KindVolume, Namespace: "dev", Name: "postgres-data"}, Until: spec.UntilStarted, Structural: true},
	}
	if diff := cmp.Diff(want, app.Edges()); diff != "" {
		t.Errorf("edges (-want +got):\n%s", diff)
	}
	if got := app.Container.Volumes[0].Source; got != "/m/data" {
		t.Errorf("source of the bind mount is %q", got)
	}
}

// TestDecodeOthers decodes networks and volumes.
func TestDecodeOthers(t *testing.T) {
	got := decode(t, header+`
kind: Network
metadata: {name: back}
spec:
  driverOpts: {mtu: "1400"}
  internal: true
  attachable: true
  enableIPv6: true
  ipam: {driver: default, config: [{subnet: 10.0.0.0/24, ipRange: 10.0.0.0/25, gateway: 10.0.0.1, auxAddresses: {a: 10.0.0.2}}], options: {o: p}}
  labels: {a: b}
  networkName: back_net
---
`+header+`kind: Volume
metadata: {name: data}
---
`+header+`kind: Volume
metadata: {name: shared, namespace: other}
spec: {external: true, volumeName: shared_data, driver: nfs, labels: {a: b}, deletionPolicy: Delete}
`)
	want := []spec.Object{
		{
			Kind: spec.KindNetwork, Metadata: spec.Metadata{Name: "back", Namespace: "default"},
			Source: spec.Position{File: "f.yaml", Line: 1, Column: 1},
			Network: &spec.Network{
				Driver: "bridge", DriverOpts: map[string]string{"mtu": "1400"},
				Internal: true, Attachable: true, EnableIPv6: true,
				IPAM: &spec.IPAM{
					Driver: "default", Options: map[string]string{"o": "p"},
					Config: []spec.IPAMConfig{{
						Subnet: "10.0.0.0/24", IPRange: "10.0.0.0/25", Gateway: "10.0.0.1",
						AuxAddresses: map[string]string{"a": "10.0.0.2"},
					}},
				},
				Labels: map[string]string{"a": "b"}, NetworkName: "back_net",
			},
		},
		{
			Kind: spec.KindVolume, Metadata: spec.Metadata{Name: "data", Namespace: "default"},
			Source: spec.Position{File: "f.yaml", Line: 14, Column: 1},
			Volume: &spec.Volume{Driver: "local", DeletionPolicy: spec.Retain, OnImmutableChange: spec.ImmutableStall},
		},
		{
			Kind: spec.KindVolume, Metadata: spec.Metadata{Name: "shared", Namespace: "other"},
			Source: spec.Position{File: "f.yaml", Line: 18, Column: 1},
			Volume: &spec.Volume{
				Driver: "nfs", Labels: map[string]string{"a": "b"},
				External: true, VolumeName: "shared_data", DeletionPolicy: spec.Delete, OnImmutableChange: spec.ImmutableStall,
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDecodeForms(t *testing.T) {
	volume := header + "kind: Volume\nmetadata: {name: data}\n"
	for name, tc := range map[string]struct {
		text string
		want int
	}{
		"nothing at all":               {"", 0},
		"only comments":                {"# soon\n", 0},
		"only separators":              {"---\n---\n...\n", 0},
		"a null document":              {"null\n", 0},
		"empty documents around one":   {"---\n# first\n---\n" + volume + "---\n", 1},
		"a null spec that is optional": {volume + "spec:\n", 1},
		"an empty spec":                {volume + "spec: {}\n", 1},
		"null fields are omitted":      {volume + "spec: {driver: null, labels: ~}\n", 1},
		"CR LF":                        {strings.ReplaceAll(volume, "\n", "\r\n"), 1},
		"a byte order mark":            {"\ufeff" + volume, 1},
		"JSON":                         {`{"apiVersion":"reconciler.dev/v1alpha1","kind":"Volume","metadata":{"name":"data"}}`, 1},
		"JSON indented with tabs":      {"{\n\t\"apiVersion\": \"reconciler.dev/v1alpha1\",\n\t\"kind\": \"Volume\",\n\t\"metadata\": {\"name\": \"data\"}\n}\n", 1},
		"JSON with escapes":            {`{"apiVersion":"reconciler.dev\/v1alpha1","kind":"Volume","metadata":{"name":"\u0064ata"}}`, 1},
		"quoted words of other types":  {volume + "spec: {labels: {a: 'yes', b: \"true\", c: \"1\", d: \"null\"}}\n", 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := decode(t, tc.text); len(got) != tc.want {
				t.Errorf("got %d objects, want %d", len(got), tc.want)
			}
		})
	}
}

// TestNullSpec checks that a container without a spec is an error, not a panic.
func TestNullSpec(t *testing.T) {
	for _, text := range []string{"spec:\n", "spec: ~\n", "spec: {}\n", "spec: {image: ~}\n"} {
		objects, errs := spec.Decode("f.yaml", []byte(header+"kind: Container\nmetadata: {name: app}\n"+text), spec.DecodeOptions{})
		if len(objects) != 0 || len(errs) != 1 || errs[0].Path != "spec.image" {
			t.Errorf("%q: got %v and %v", text, objects, errs)
		}
	}
}

func TestTooLarge(t *testing.T) {
	_, errs := spec.Decode("f.yaml", make([]byte, spec.MaxBytes+1), spec.DecodeOptions{})
	want := "f.yaml:1:1: the file has 1048577 bytes, the limit is 1048576 (split it into several files)"
	if errs.Error() != want {
		t.Errorf("got %q, want %q", errs.Error(), want)
	}
}

func untagged(t *testing.T) *spec.Container {
	return decode(t, header+"kind: Container\nmetadata: {name: app}\nspec: {image: nginx}\n")[0].Container
}

// TestJSONEscapes checks the escapes that other JSON encoders use.
func TestJSONEscapes(t *testing.T) {
	for text, want := range map[string]string{
		`a\/b`: "a/b", `\ud83d\ude00!`: "😀!", `\u0041`: "A", `\\/`: `\/`, `\\ud83d`: `\ud83d`, `\"`: `"`,
	} {
		doc := `{"apiVersion":"reconciler.dev\/v1alpha1","kind":"Volume","metadata":{"name":"x","labels":{"l":"` + text + `"}}}`
		if got := decode(t, doc)[0].Metadata.Labels["l"]; got != want {
			t.Errorf("%s decodes to %q, want %q", text, got, want)
		}
	}
}

func TestDefaults(t *testing.T) {
	for name, tc := range map[string]struct {
		got, want any
	}{
		"a tag is pulled when missing":    {container(t).Container.PullPolicy, spec.PullMissing},
		"latest is pulled always":         {untagged(t).PullPolicy, spec.PullAlways},
		"restart":                         {container(t).Container.RestartPolicy.Name, spec.RestartAlways},
		"restart by name":                 {container(t, "restartPolicy: on-failure").Container.RestartPolicy.Name, spec.RestartOnFailure},
		"restart no":                      {container(t, "restartPolicy: 'no'").Container.RestartPolicy.Name, spec.RestartNo},
		"network of the namespace":        {container(t).Container.NetworkRefs(), []spec.NetworkRef{{Name: "default"}}},
		"engine name":                     {container(t).EngineName(), "app.default"},
		"grace period is not defaulted":   {container(t).Container.StopGracePeriod, spec.Duration(0)},
		"an anonymous volume has no name": {container(t, "volumes: [{target: /x}]").Container.Volumes[0].Source, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestServerFields checks that the output of the controller is a valid manifest, and
// that the fields it has written are ignored.
func TestServerFields(t *testing.T) {
	const manifest = `apiVersion: reconciler.dev/v1alpha1
kind: Volume
metadata: {name: data, uid: x, generation: .nan, resourceVersion: "7", creationTimestamp: 2026-01-01T00:00:00Z}
status: {phase: Bound, share: .inf, conditions: [~]}
`
	objects, errs := spec.Decode("f.yaml", []byte(manifest), spec.DecodeOptions{})
	if len(errs) > 0 || len(objects) != 1 {
		t.Fatalf("got %d objects, want 1: %v", len(objects), errs)
	}
	if diff := cmp.Diff(spec.Metadata{Name: "data", Namespace: "default"}, objects[0].Metadata); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
