// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// TestCreation covers the fields that older engines refuse or ignore: they are
// replaced by another field or refused by the adapter.
func TestCreation(t *testing.T) {
	o := op{verb: verbCreate, target: "x"}
	first := engine.Attachment{Network: "a", MACAddress: "02:42:0a:00:00:09", Priority: 3}
	t.Run("a MAC address belongs to its network", func(t *testing.T) {
		req, err := newCreation(o, engine.ContainerConfig{Attachments: []engine.Attachment{first}}, "1.48")
		if err != nil {
			t.Fatal(err)
		}
		got := req.networking.EndpointsConfig["a"]
		if got.MacAddress != first.MACAddress || got.GwPriority != 3 || req.config.MacAddress != "" { //nolint:staticcheck // see creation.go
			t.Fatalf("%+v", got)
		}
	})
	t.Run("a MAC address belongs to the container before 1.44", func(t *testing.T) {
		req, err := newCreation(o, engine.ContainerConfig{Attachments: []engine.Attachment{first}}, "1.41")
		if err != nil {
			t.Fatal(err)
		}
		got := req.networking.EndpointsConfig["a"]
		if got.MacAddress != "" || got.GwPriority != 0 || req.config.MacAddress != first.MACAddress { //nolint:staticcheck // see creation.go
			t.Fatalf("%+v", got)
		}
	})
	t.Run("a MAC address on a second network is Unsupported before 1.44", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("GET /containers/x/json", inspected("x", "web", "running", "a"))
		wantCode(t, e.Connect(t.Context(), containerID("x"), first), engine.Unsupported)
		if f.count("POST /networks/a/connect") != 0 {
			t.Fatal("the engine was called")
		}
	})
	t.Run("a start interval is Unsupported before 1.44", func(t *testing.T) {
		cfg := engine.ContainerConfig{HealthCheck: &engine.HealthCheck{StartInterval: time.Second}}
		_, err := newCreation(o, cfg, "1.43")
		wantCode(t, err, engine.Unsupported)
		req, err := newCreation(o, cfg, "1.44")
		if err != nil || req.config.Healthcheck.StartInterval != time.Second {
			t.Fatalf("%v, %v", req.config, err)
		}
	})
	t.Run("a host path is created by a bind before 1.42", func(t *testing.T) {
		cfg := engine.ContainerConfig{Mounts: []engine.Mount{
			{Type: engine.MountBind, Source: "/a", Target: "/b", ReadOnly: true, Propagation: "rslave", CreateHostPath: true},
		}}
		req, err := newCreation(o, cfg, "1.41")
		if diff := cmp.Diff([]string{"/a:/b:ro,rslave"}, req.host.Binds); diff != "" || err != nil {
			t.Fatalf("%v\n%s", err, diff)
		}
		req, err = newCreation(o, cfg, "1.42")
		if err != nil || len(req.host.Binds) > 0 || !req.host.Mounts[0].BindOptions.CreateMountpoint {
			t.Fatalf("%v, %+v", err, req.host)
		}
	})
	t.Run("the network with the highest priority comes first", func(t *testing.T) {
		got := byPriority([]engine.Attachment{{Network: "a"}, {Network: "b", Priority: 5}, {Network: "c"}})
		if got[0].Network != "b" || got[1].Network != "a" || got[2].Network != "c" {
			t.Fatal(got)
		}
	})
	t.Run("a platform is split into its parts", func(t *testing.T) {
		p := platformOf("linux/arm/v7")
		if p.OS != "linux" || p.Architecture != "arm" || p.Variant != "v7" || platformOf("") != nil {
			t.Fatalf("%+v", p)
		}
	})
}

func TestArchive(t *testing.T) {
	files := []engine.File{
		{Path: "/etc/b", Content: []byte("b"), UID: 70000, GID: 3, Mode: 0o4755},
		{Path: "/etc//a/../a", Content: []byte("a"), Mode: 0o400},
	}
	archive, err := archiveOf("/", files)
	if err != nil {
		t.Fatal(err)
	}
	var got []engine.File
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, engine.File{Path: h.Name, Content: content, UID: h.Uid, GID: h.Gid, Mode: uint32(h.Mode)}) //nolint:gosec // bits of a mode
	}
	want := []engine.File{
		{Path: "etc/a", Content: []byte("a"), Mode: 0o400},
		{Path: "etc/b", Content: []byte("b"), UID: 70000, GID: 3, Mode: 0o4755},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
}

func TestByMount(t *testing.T) {
	mounts := []engine.Mount{
		{Type: engine.MountVolume, Target: "/data"},
		{Type: engine.MountVolume, Target: "/data/deep"},
		{Type: engine.MountBind, Target: "/ro", ReadOnly: true},
		{Type: engine.MountTmpfs, Target: "/tmp"},
	}
	perMount, ok := byMount(mounts, []engine.File{{Path: "/data/a"}, {Path: "/data/deep/b"}})
	if !ok || len(perMount["/data"]) != 1 || len(perMount["/data/deep"]) != 1 {
		t.Errorf("got %v", perMount)
	}
	for _, path := range []string{"/elsewhere", "/ro/a", "/tmp/a", "/database"} {
		if _, ok := byMount(mounts, []engine.File{{Path: path}}); ok {
			t.Errorf("%s is writable", path)
		}
	}
}

func TestStats(t *testing.T) {
	t.Run("memory excludes the file cache", func(t *testing.T) {
		for name, row := range map[string]struct {
			stats map[string]uint64
			want  uint64
		}{
			"cgroups v1":                    {map[string]uint64{"total_inactive_file": 30, "inactive_file": 10}, 70},
			"cgroups v2":                    {map[string]uint64{"inactive_file": 10}, 90},
			"no statistics":                 {nil, 100},
			"a cache larger than the usage": {map[string]uint64{"inactive_file": 200}, 100},
		} {
			if got := memoryInUse(container.MemoryStats{Usage: 100, Stats: row.stats}); got != row.want {
				t.Errorf("%s: got %d, want %d", name, got, row.want)
			}
		}
	})
	t.Run("counters are summed", func(t *testing.T) {
		raw := container.StatsResponse{Networks: map[string]container.NetworkStats{"eth0": {RxBytes: 1, TxDropped: 5}, "eth1": {RxBytes: 2}}}
		raw.BlkioStats.IoServiceBytesRecursive = []container.BlkioStatEntry{
			{Op: "Read", Value: 1}, {Op: "read", Value: 2}, {Op: "Write", Value: 4}, {Op: "Total", Value: 7},
		}
		got := statsOf(raw)
		want := engine.Stats{NetworkRxBytes: 3, NetworkTxDropped: 5, BlockReadBytes: 3, BlockWriteBytes: 4}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestAttachmentThatFailedIsLeftOut(t *testing.T) {
	f, e := newFake(t, Options{})
	c := inspected("x", "web", "running", "front")
	c.body.(object)["State"] = object{"Status": "running", "Running": true}
	c.body.(object)["NetworkSettings"].(object)["Networks"].(object)["failed"] = object{"IPAMConfig": object{"IPv4Address": "10.0.0.9"}}
	f.answer("GET /containers/x/json", c)
	obj, err := e.Get(t.Context(), containerID("x"))
	if err != nil || len(obj.Container.Attachments) != 1 || obj.Container.Attachments[0].Network != "front" {
		t.Fatalf("error %v, container %+v", err, obj.Container)
	}
}
