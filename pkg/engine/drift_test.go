// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// TestDifferences covers values that an engine reports in another form. The suite
// in enginetest covers that every field is compared.
func TestDifferences(t *testing.T) {
	type config = engine.ContainerConfig
	rows := map[string]struct {
		want, have config
		fields     []string
	}{
		"zero fields are not compared": {config{}, config{
			Image: "app:1", Env: []string{"PATH=/bin"}, Hostname: "4f2a", ShmSize: 64 << 20, Runtime: "runc",
			RestartPolicy: engine.RestartPolicy{Name: "no"}, IPC: "private", Expose: []engine.Port{{Number: 80, Protocol: "tcp"}},
		}, nil},
		"a limit that is not declared differs":                     {config{}, config{Resources: engine.Resources{Memory: 1, MemorySwap: 2}}, []string{"resources.limits.memory"}},
		"swap that follows memory does not differ":                 {config{Resources: engine.Resources{Memory: 1}}, config{Resources: engine.Resources{Memory: 1, MemorySwap: 2}}, nil},
		"swap of its own differs":                                  {config{Resources: engine.Resources{Memory: 1}}, config{Resources: engine.Resources{Memory: 1, MemorySwap: 3}}, []string{"resources.memorySwap"}},
		"no limit of processes is reported as zero":                {config{Resources: engine.Resources{PIDs: -1}}, config{}, nil},
		"a weight that the kernel ignores":                         {config{Resources: engine.Resources{BlkioWeight: 100}}, config{}, nil},
		"capabilities in another spelling":                         {config{CapAdd: []string{"net_admin"}}, config{CapAdd: []string{"CAP_NET_ADMIN"}}, nil},
		"an option that the engine adds to a privileged container": {config{Privileged: true}, config{Privileged: true, SecurityOpt: []string{"label=disable"}}, nil},
		"a restart policy that is not declared differs":            {config{}, config{RestartPolicy: engine.RestartPolicy{Name: "always"}}, []string{"restartPolicy"}},
		"a retry count without a meaning":                          {config{}, config{RestartPolicy: engine.RestartPolicy{Name: "no", MaximumRetryCount: 3}}, nil},
		"a port without a protocol":                                {config{Ports: []engine.PortBinding{{ContainerPort: 80}}}, config{Ports: []engine.PortBinding{{ContainerPort: 80, Protocol: "tcp"}}}, nil},
		"an exposed port that is published":                        {config{Expose: []engine.Port{{Number: 80}}}, config{Ports: []engine.PortBinding{{ContainerPort: 80, Protocol: "tcp"}}}, nil},
		"an anonymous volume":                                      {config{Mounts: []engine.Mount{{Type: engine.MountVolume, Target: "/d"}}}, config{Mounts: []engine.Mount{{Type: engine.MountVolume, Source: "x", Target: "/d"}}}, nil},
		"a mount that is writable differs":                         {config{Mounts: []engine.Mount{{Target: "/d", ReadOnly: true}}}, config{Mounts: []engine.Mount{{Target: "/d"}}}, []string{"volumes"}},
		"a device without a path in the container":                 {config{Devices: []engine.Device{{HostPath: "/dev/a"}}}, config{Devices: []engine.Device{{"/dev/a", "/dev/a", "rwm"}}}, nil},
		"an option of the log driver differs":                      {config{Logging: engine.Logging{Options: map[string]string{"a": "1"}}}, config{Logging: engine.Logging{Driver: "json-file", Options: map[string]string{"a": "2", "b": "3"}}}, []string{"logging.options.a"}},
		"a missing health check differs":                           {config{HealthCheck: &engine.HealthCheck{Test: []string{"CMD"}}}, config{}, []string{"healthCheck"}},
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
	t.Run("variables show their names only", func(t *testing.T) {
		have := engine.Object{Container: &engine.Container{Config: &config{Env: []string{"PASSWORD=old"}}}}
		got := engine.Differences(config{Env: []string{"PASSWORD=s3cr3t", "USER=x"}}, have)
		if text := fmt.Sprint(got); strings.Contains(text, "s3cr3t") || strings.Contains(text, "old") || !strings.Contains(text, "PASSWORD USER") {
			t.Fatal(text)
		}
	})
	t.Run("a summary has none", func(t *testing.T) {
		if got := engine.Differences(config{Image: "app:1"}, engine.Object{Container: &engine.Container{}}); got != nil {
			t.Fatal(got)
		}
	})
	t.Run("a network that is not connected", func(t *testing.T) {
		want := config{Attachments: []engine.Attachment{{Network: "a", IPv4Address: "10.0.0.9"}, {Network: "b", Aliases: []string{"x"}}}}
		have := engine.Object{Container: &engine.Container{Config: &config{}, Attachments: []engine.Attachment{
			{Network: "b", Aliases: []string{"x", "y"}, MAC: "02:42:00:00:00:01"}, {Network: "c"},
		}}}
		got := engine.Differences(want, have)
		if diff := cmp.Diff([]engine.Difference{{Field: "networks", Want: "a", Have: "not connected"}}, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if !got[0].Live() {
			t.Fatal("it is not live")
		}
	})
}
