// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// everything is a container with all fields that are passed to the engine.
const everything = `apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: app, namespace: shop}
spec:
  image: app:1
  pullPolicy: never
  platform: linux/amd64
  entrypoint: [/entry]
  command: [run]
  env: {A: "1"}
  workingDir: /app
  user: "1000:1000"
  groupAdd: ["5"]
  hostname: host
  domainName: example.com
  ports: [{host: 8080-8081, container: 80-81, hostIP: 127.0.0.2}, {container: 53, protocol: udp}]
  expose: ["9000-9001", 53/udp]
  networks: [{name: back, aliases: [web], ipv4Address: 10.9.0.9, ipv6Address: "fd00::9", macAddress: "02:42:0a:00:00:09", priority: 5}]
  dns: [10.0.0.53]
  dnsSearch: [example.com]
  dnsOptions: ["ndots:1"]
  extraHosts: ["db:10.0.0.5"]
  volumes:
    - {type: volume, source: data, target: /data, readOnly: true, noCopy: true}
    - {type: bind, source: /conf, target: /conf, propagation: rslave, createHostPath: true}
    - {type: tmpfs, target: /tmp, size: 64Mi, mode: 0o1777}
  healthCheck: {test: [CMD, check], interval: 1s, timeout: 2s, retries: 3, startPeriod: 4s, startInterval: 5s}
  restartPolicy: {name: on-failure, maximumRetryCount: 3}
  restartManagedBy: engine
  stopSignal: SIGINT
  stopGracePeriod: 7s
  resources:
    limits: {cpus: "1.5", memory: 512Mi, pids: 100}
    reservations: {memory: 128Mi}
    memorySwap: 1Gi
    cpuShares: 512
    cpusetCpus: "0-1"
    shmSize: 32Mi
    ulimits: {nofile: 65535, core: {soft: 0, hard: -1}}
    blkioWeight: 100
    devices: [/dev/fuse, "/dev/sda:/dev/xvda:r"]
    gpus: {deviceIDs: ["0"], driver: nvidia, capabilities: [utility], options: {a: b}}
  privileged: true
  capAdd: [NET_ADMIN]
  capDrop: [MKNOD]
  readOnlyRootFilesystem: true
  securityOpt: ["no-new-privileges:true"]
  sysctls: {net.core.somaxconn: "512"}
  init: true
  tty: true
  stdin: true
  ipc: shareable
  pid: host
  userns: host
  cgroupns: private
  runtime: runc
  oomScoreAdj: 100
  logging: {driver: json-file, options: {max-size: 10m}}
---
apiVersion: reconciler.dev/v1alpha1
kind: Network
metadata: {name: back, namespace: shop}
spec: {driver: bridge, driverOpts: {a: b}, internal: true, attachable: true, enableIPv6: true, ipam: {driver: default, config: [{subnet: 10.9.0.0/24, ipRange: 10.9.0.0/28, gateway: 10.9.0.1, auxAddresses: {x: 10.9.0.2}}], options: {c: d}}}
---
apiVersion: reconciler.dev/v1alpha1
kind: Volume
metadata: {name: data, namespace: shop}
spec: {driver: local, driverOpts: {type: tmpfs}}
`

func wantContainer() *engine.ContainerConfig {
	yes := true
	return &engine.ContainerConfig{
		Name: "app.shop", Image: "app:1", Platform: "linux/amd64",
		Entrypoint: []string{"/entry"}, Command: []string{"run"}, Env: []string{"A=1"},
		WorkingDir: "/app", User: "1000:1000", GroupAdd: []string{"5"}, Hostname: "host", DomainName: "example.com",
		Ports: []engine.PortBinding{
			{HostIP: "127.0.0.2", HostPort: 8080, ContainerPort: 80, Protocol: "tcp"},
			{HostIP: "127.0.0.2", HostPort: 8081, ContainerPort: 81, Protocol: "tcp"},
			{HostIP: "127.0.0.1", HostPort: 26783, ContainerPort: 53, Protocol: "udp"},
		},
		Expose: []engine.Port{{Number: 9000, Protocol: "tcp"}, {Number: 9001, Protocol: "tcp"}, {Number: 53, Protocol: "udp"}},
		Attachments: []engine.Attachment{{
			Network: "back.shop", Aliases: []string{"app", "web"}, Priority: 5,
			IPv4Address: "10.9.0.9", IPv6Address: "fd00::9", MACAddress: "02:42:0a:00:00:09",
		}},
		DNS: []string{"10.0.0.53"}, DNSSearch: []string{"example.com"}, DNSOptions: []string{"ndots:1"},
		ExtraHosts: []string{"db:10.0.0.5"},
		Mounts: []engine.Mount{
			{Type: engine.MountVolume, Source: "data.shop", Target: "/data", ReadOnly: true, NoCopy: true},
			{Type: engine.MountBind, Source: "/conf", Target: "/conf", Propagation: "rslave", CreateHostPath: true},
			{Type: engine.MountTmpfs, Target: "/tmp", Size: 64 << 20, Mode: 0o1777},
		},
		HealthCheck: &engine.HealthCheck{
			Test: []string{"CMD", "check"}, Interval: time.Second, Timeout: 2 * time.Second,
			Retries: 3, StartPeriod: 4 * time.Second, StartInterval: 5 * time.Second,
		},
		RestartPolicy: engine.RestartPolicy{Name: "on-failure", MaximumRetryCount: 3},
		StopSignal:    "SIGINT", StopTimeout: 7 * time.Second,
		Resources: engine.Resources{
			NanoCPUs: 15e8, Memory: 512 << 20, MemoryReservation: 128 << 20, MemorySwap: 1 << 30,
			PIDs: 100, CPUShares: 512, CPUSetCPUs: "0-1", BlkioWeight: 100,
		},
		ShmSize: 32 << 20,
		Ulimits: []engine.Ulimit{{Name: "core", Hard: -1}, {Name: "nofile", Soft: 65535, Hard: 65535}},
		Devices: []engine.Device{
			{HostPath: "/dev/fuse", ContainerPath: "/dev/fuse", Permissions: "rwm"},
			{HostPath: "/dev/sda", ContainerPath: "/dev/xvda", Permissions: "r"},
		},
		GPUs: []engine.DeviceRequest{{
			Driver: "nvidia", DeviceIDs: []string{"0"}, Capabilities: [][]string{{"gpu", "utility"}},
			Options: map[string]string{"a": "b"},
		}},
		Privileged: true, CapAdd: []string{"NET_ADMIN"}, CapDrop: []string{"MKNOD"}, ReadOnlyRootFilesystem: true,
		SecurityOpt: []string{"no-new-privileges:true"}, Sysctls: map[string]string{"net.core.somaxconn": "512"},
		Init: &yes, TTY: true, Stdin: true,
		IPC: "shareable", PID: "host", UserNS: "host", CgroupNS: "private", Runtime: "runc", OOMScoreAdj: 100,
		Logging: engine.Logging{Driver: "json-file", Options: map[string]string{"max-size": "10m"}},
	}
}

// creation returns the action that creates an object of the manifests once its
// dependencies exist.
func creation(t *testing.T, manifests string, k spec.Key) plan.Action {
	t.Helper()
	objects, problems := spec.Decode("app.yaml", []byte(manifests), spec.DecodeOptions{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	set := spec.Set{Objects: map[spec.Key]spec.Object{}, Complete: true}
	observed := engine.Snapshot{Objects: map[engine.ID]engine.Object{}, Images: map[string]string{"app:1": "sha256:1"}}
	for _, obj := range objects {
		set.Objects[obj.Key()] = obj
		there := engine.Object{Name: obj.EngineName(), Labels: owner.Stamp(instance, "u"+obj.Metadata.Name, obj)}
		switch {
		case obj.Key() == k, obj.Kind == spec.KindContainer:
			continue
		case obj.Kind == spec.KindNetwork:
			there.ID, there.Network = engine.ID{Kind: engine.KindNetwork, Value: "n"}, &engine.Network{}
		case obj.Kind == spec.KindVolume:
			there.ID, there.Volume = engine.ID{Kind: engine.KindVolume, Value: there.Name}, &engine.Volume{}
		}
		observed = observed.With(there)
	}
	d := plan.Decide(plan.NewWorld(plan.Input{Settings: plan.Settings{Instance: instance}, Desired: set, Observed: observed}), k)
	for _, a := range d.Actions {
		if a.Verb == plan.Create {
			return a
		}
	}
	t.Fatalf("no creation: %+v", d)
	return plan.Action{}
}

func as(kind spec.Kind, name string) spec.Key {
	return spec.Key{Kind: kind, Namespace: "shop", Name: name}
}

func TestTranslate(t *testing.T) {
	t.Run("each field of a container is passed to the engine", func(t *testing.T) {
		got := creation(t, everything, as(spec.KindContainer, "app")).Container
		if diff := cmp.Diff(wantContainer(), got); diff != "" {
			t.Errorf("container (-want +got):\n%s", diff)
		}
		elsewhere := []string{"Labels", "NetworkMode"} // by the actuator; excludes networks
		value := reflect.ValueOf(*got)
		for _, f := range reflect.VisibleFields(value.Type()) {
			if value.FieldByIndex(f.Index).IsZero() && !slices.Contains(elsewhere, f.Name) {
				t.Errorf("%s is not set from any field of the manifest", f.Name)
			}
		}
	})
	t.Run("each field of a network is passed to the engine", func(t *testing.T) {
		want := &engine.NetworkConfig{
			Name: "back.shop", Driver: "bridge", DriverOpts: map[string]string{"a": "b"},
			Internal: true, Attachable: true, EnableIPv6: true,
			IPAM: &engine.IPAM{Driver: "default", Options: map[string]string{"c": "d"}, Pools: []engine.IPAMPool{{
				Subnet: "10.9.0.0/24", IPRange: "10.9.0.0/28", Gateway: "10.9.0.1", AuxAddresses: map[string]string{"x": "10.9.0.2"},
			}}},
		}
		if diff := cmp.Diff(want, creation(t, everything, as(spec.KindNetwork, "back")).Network); diff != "" {
			t.Errorf("network (-want +got):\n%s", diff)
		}
	})
	t.Run("each field of a volume is passed to the engine", func(t *testing.T) {
		want := &engine.VolumeConfig{Name: "data.shop", Driver: "local", DriverOpts: map[string]string{"type": "tmpfs"}}
		if diff := cmp.Diff(want, creation(t, everything, as(spec.KindVolume, "data")).Volume); diff != "" {
			t.Errorf("volume (-want +got):\n%s", diff)
		}
	})
	t.Run("container on the host network has no host name", func(t *testing.T) {
		got := creation(t, header+"spec: {image: app:1, pullPolicy: never, networkMode: host, pid: private}\n", as(spec.KindContainer, "app"))
		want := &engine.ContainerConfig{Name: "app.shop", Image: "app:1", NetworkMode: "host"}
		if diff := cmp.Diff(want, got.Container); diff != "" {
			t.Errorf("container (-want +got):\n%s", diff)
		}
	})
}

// TestFiles checks that files are copied before the first start of a container, and
// do not overwrite its own changes later.
func TestFiles(t *testing.T) {
	objects, _ := spec.Decode("app.yaml", []byte(header+"spec: {image: app:1, pullPolicy: never, networkMode: host}\n"), spec.DecodeOptions{})
	obj := objects[0]
	obj.Resolved = &spec.Resolved{Files: []spec.File{{Path: "/conf", Content: spec.NewSensitive("a=1"), UID: 1, GID: 2, Mode: 0o440}}}
	started := time.Unix(1_700_000_000, 0)
	rows := map[string]struct {
		there *engine.Container
		want  []engine.File
	}{
		"copied into a new container":            {nil, []engine.File{{Path: "/conf", Content: []byte("a=1"), UID: 1, GID: 2, Mode: 0o440}}},
		"copied into a container that never ran": {&engine.Container{Status: engine.StatusCreated}, []engine.File{{Path: "/conf", Content: []byte("a=1"), UID: 1, GID: 2, Mode: 0o440}}},
		"not copied into a container that ran":   {&engine.Container{Status: engine.StatusExited, StartedAt: started, FinishedAt: started}, nil},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			observed := engine.Snapshot{Images: map[string]string{"app:1": "sha256:1"}}
			if row.there != nil {
				row.there.ImageID = "sha256:1"
				observed = observed.With(engine.Object{
					ID: engine.ID{Kind: engine.KindContainer, Value: "c"}, Name: obj.EngineName(),
					Labels: owner.Stamp(instance, "u1", obj), Created: started, Container: row.there,
				})
			}
			w := plan.NewWorld(plan.Input{
				Settings: plan.Settings{Instance: instance}, Observed: observed, Now: started.Add(time.Hour), Since: started.Add(-time.Hour),
				Desired: spec.Set{Objects: map[spec.Key]spec.Object{obj.Key(): obj}, Complete: true},
			})
			actions := plan.Decide(w, obj.Key()).Actions
			if len(actions) == 0 || actions[len(actions)-1].Verb != plan.Start {
				t.Fatalf("no start: %+v", actions)
			}
			if diff := cmp.Diff(row.want, actions[len(actions)-1].Files); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

const header = "apiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: app, namespace: shop}\n"
