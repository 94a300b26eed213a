// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// TestDifferences holds down what is a difference and what the engine's way to
// say the same; that every field is compared is enginetest's to prove.
func TestDifferences(t *testing.T) {
	type config = engine.ContainerConfig
	rows := map[string]struct {
		want, have config
		fields     []string
	}{
		"what is left open is none": {config{}, config{
			Image: "app:1", Env: []string{"PATH=/bin"}, Hostname: "4f2a", ShmSize: 64 << 20, Runtime: "runc",
			RestartPolicy: engine.RestartPolicy{Name: "no"}, IPC: "private", Expose: []engine.Port{{Number: 80, Protocol: "tcp"}},
		}, nil},
		"a limit that nobody wants is one":         {config{}, config{Resources: engine.Resources{Memory: 1, MemorySwap: 2}}, []string{"resources.limits.memory"}},
		"swap that follows memory is none":         {config{Resources: engine.Resources{Memory: 1}}, config{Resources: engine.Resources{Memory: 1, MemorySwap: 2}}, nil},
		"swap of its own is one":                   {config{Resources: engine.Resources{Memory: 1}}, config{Resources: engine.Resources{Memory: 1, MemorySwap: 3}}, []string{"resources.memorySwap"}},
		"no limit of processes is told as none":    {config{Resources: engine.Resources{PIDs: -1}}, config{}, nil},
		"a weight that the kernel discards":        {config{Resources: engine.Resources{BlkioWeight: 100}}, config{}, nil},
		"capabilities in another spelling":         {config{CapAdd: []string{"net_admin"}}, config{CapAdd: []string{"CAP_NET_ADMIN"}}, nil},
		"an option that privileges bring":          {config{Privileged: true}, config{Privileged: true, SecurityOpt: []string{"label=disable"}}, nil},
		"a restart policy that nobody wants":       {config{}, config{RestartPolicy: engine.RestartPolicy{Name: "always"}}, []string{"restartPolicy"}},
		"a retry count where it means nothing":     {config{}, config{RestartPolicy: engine.RestartPolicy{Name: "no", MaximumRetryCount: 3}}, nil},
		"a port whose protocol goes without":       {config{Ports: []engine.PortBinding{{ContainerPort: 80}}}, config{Ports: []engine.PortBinding{{ContainerPort: 80, Protocol: "tcp"}}}, nil},
		"an exposed port that is published":        {config{Expose: []engine.Port{{Number: 80}}}, config{Ports: []engine.PortBinding{{ContainerPort: 80, Protocol: "tcp"}}}, nil},
		"an anonymous volume":                      {config{Mounts: []engine.Mount{{Type: engine.MountVolume, Target: "/d"}}}, config{Mounts: []engine.Mount{{Type: engine.MountVolume, Source: "x", Target: "/d"}}}, nil},
		"a mount that became writable":             {config{Mounts: []engine.Mount{{Target: "/d", ReadOnly: true}}}, config{Mounts: []engine.Mount{{Target: "/d"}}}, []string{"volumes"}},
		"a device whose path in it goes without":   {config{Devices: []engine.Device{{HostPath: "/dev/a"}}}, config{Devices: []engine.Device{{"/dev/a", "/dev/a", "rwm"}}}, nil},
		"one option of several for the log driver": {config{Logging: engine.Logging{Options: map[string]string{"a": "1"}}}, config{Logging: engine.Logging{Driver: "json-file", Options: map[string]string{"a": "2", "b": "3"}}}, []string{"logging.options.a"}},
		"a check that is gone":                     {config{HealthCheck: &engine.HealthCheck{Test: []string{"CMD"}}}, config{}, []string{"healthCheck"}},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			var fields []string
			for _, d := range engine.Differences(row.want, engine.Object{Container: &engine.Container{Config: &row.have}}) {
				fields = append(fields, d.Field)
			}
			if diff := cmp.Diff(row.fields, fields); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("of variables tell names only", func(t *testing.T) {
		have := engine.Object{Container: &engine.Container{Config: &config{Env: []string{"PASSWORD=old"}}}}
		got := engine.Differences(config{Env: []string{"PASSWORD=s3cr3t", "USER=x"}}, have)
		if text := fmt.Sprint(got); strings.Contains(text, "s3cr3t") || strings.Contains(text, "old") || !strings.Contains(text, "PASSWORD USER") {
			t.Fatal(text)
		}
	})
	t.Run("of a summary are none", func(t *testing.T) {
		if got := engine.Differences(config{Image: "app:1"}, engine.Object{Container: &engine.Container{}}); got != nil {
			t.Fatal(got)
		}
	})
	t.Run("of a network that was not joined", func(t *testing.T) {
		want := config{Attachments: []engine.Attachment{{Network: "a", IPv4Address: "10.0.0.9"}, {Network: "b", Aliases: []string{"x"}}}}
		have := engine.Object{Container: &engine.Container{Config: &config{}, Attachments: []engine.Attachment{
			{Network: "b", Aliases: []string{"x", "y"}, MAC: "02:42:00:00:00:01"}, {Network: "c"},
		}}}
		got := engine.Differences(want, have)
		if diff := cmp.Diff([]engine.Difference{{Field: "networks", Want: "a", Have: "not joined"}}, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if !got[0].Live() {
			t.Fatal("it is joined in place")
		}
	})
}
