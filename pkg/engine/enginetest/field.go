// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"reflect"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func fieldTests() []obligation {
	return []obligation{
		{"every_field_is_reported_as_requested", everyField},
		{"defaults_are_no_difference", defaultsAreNoDifference},
		{"the_image_configuration_is_reported_separately", imageConfig},
		{"a_field_of_a_later_version_is_Unsupported", laterField},
		{"another_platform_is_PlatformMismatch", otherPlatform},
	}
}

// field sets one field of a configuration. A container without it differs in
// exactly that field.
type field struct {
	name string // the Go name
	diff string // the path in the manifest; empty if it is not compared
	set  func(*bench, *engine.ContainerConfig)
}

// simple sets a field to a value.
func simple[T any](name, diff string, at func(*engine.ContainerConfig) *T, value T) field {
	return field{name, diff, func(_ *bench, cfg *engine.ContainerConfig) { *at(cfg) = value }}
}

func fields() []field {
	type config = engine.ContainerConfig
	yes := true
	return slices.Concat(processFields(), resourceFields(), []field{
		simple("Ports", "ports", func(c *config) *[]engine.PortBinding { return &c.Ports }, []engine.PortBinding{
			{HostIP: "127.0.0.1", ContainerPort: 80, Protocol: "tcp"}, {HostIP: "127.0.0.1", ContainerPort: 53, Protocol: "udp"},
		}),
		simple("Expose", "expose", func(c *config) *[]engine.Port { return &c.Expose }, []engine.Port{{Number: 9000, Protocol: "tcp"}}),
		simple("NetworkMode", "networkMode", func(c *config) *string { return &c.NetworkMode }, "none"),
		{"Attachments", "networks", func(b *bench, c *config) {
			c.Attachments = []engine.Attachment{{Network: b.name("static"), Aliases: []string{"a"}, IPv4Address: b.address(9)}}
		}},
		simple("DNS", "dns", func(c *config) *[]string { return &c.DNS }, []string{"10.0.0.53"}),
		simple("DNSSearch", "dnsSearch", func(c *config) *[]string { return &c.DNSSearch }, []string{"example.com"}),
		simple("DNSOptions", "dnsOptions", func(c *config) *[]string { return &c.DNSOptions }, []string{"ndots:1"}),
		simple("ExtraHosts", "extraHosts", func(c *config) *[]string { return &c.ExtraHosts },
			[]string{"db.local:10.0.0.5", "host.docker.internal:host-gateway"}),
		{"Mounts", "volumes", func(b *bench, c *config) {
			c.Mounts = []engine.Mount{{Type: engine.MountVolume, Source: b.name("data"), Target: "/v", ReadOnly: true, NoCopy: true}}
		}},
		{"Mounts", "volumes", func(b *bench, c *config) {
			c.Mounts = []engine.Mount{{Type: engine.MountBind, Source: b.h.HostPath, Target: "/b", ReadOnly: true, Propagation: "rslave"}}
		}},
		simple("Mounts", "volumes", func(c *config) *[]engine.Mount { return &c.Mounts },
			[]engine.Mount{{Type: engine.MountTmpfs, Target: "/t", Size: 1 << 20, Mode: 0o700}}),
		simple("Init", "init", func(c *config) **bool { return &c.Init }, &yes),
		simple("TTY", "tty", func(c *config) *bool { return &c.TTY }, true),
		simple("Stdin", "stdin", func(c *config) *bool { return &c.Stdin }, true),
		simple("Privileged", "privileged", func(c *config) *bool { return &c.Privileged }, true),
		simple("CapAdd", "capAdd", func(c *config) *[]string { return &c.CapAdd }, []string{"NET_ADMIN"}),
		simple("CapDrop", "capDrop", func(c *config) *[]string { return &c.CapDrop }, []string{"MKNOD"}),
		simple("ReadOnlyRootFilesystem", "readOnlyRootFilesystem", func(c *config) *bool { return &c.ReadOnlyRootFilesystem }, true),
		simple("SecurityOpt", "securityOpt", func(c *config) *[]string { return &c.SecurityOpt }, []string{"no-new-privileges"}),
		simple("Sysctls", "sysctls.net.core.somaxconn", func(c *config) *map[string]string { return &c.Sysctls },
			map[string]string{"net.core.somaxconn": "512"}),
		simple("IPC", "ipc", func(c *config) *string { return &c.IPC }, "shareable"),
		simple("PID", "pid", func(c *config) *string { return &c.PID }, "host"),
		simple("UserNS", "userns", func(c *config) *string { return &c.UserNS }, "host"),
		{"CgroupNS", "cgroupns", func(b *bench, c *config) { c.CgroupNS = b.h.CgroupNS }},
		simple("OOMScoreAdj", "oomScoreAdj", func(c *config) *int { return &c.OOMScoreAdj }, 100),
		{"Runtime", "", func(_ *bench, c *config) { c.Runtime = "runc" }},
		simple("Logging", "logging.options.max-size", func(c *config) *engine.Logging { return &c.Logging },
			engine.Logging{Driver: "json-file", Options: map[string]string{"max-size": "1m"}}),
	})
}

func processFields() []field {
	type config = engine.ContainerConfig
	return []field{
		simple("Entrypoint", "entrypoint", func(c *config) *[]string { return &c.Entrypoint }, []string{"/entry"}),
		simple("Command", "command", func(c *config) *[]string { return &c.Command }, []string{"command", "argument"}),
		simple("Env", "env", func(c *config) *[]string { return &c.Env }, []string{"A=1", "B=x=y"}),
		simple("WorkingDir", "workingDir", func(c *config) *string { return &c.WorkingDir }, "/work"),
		simple("User", "user", func(c *config) *string { return &c.User }, "1000:1000"),
		simple("GroupAdd", "groupAdd", func(c *config) *[]string { return &c.GroupAdd }, []string{"5"}),
		simple("Hostname", "hostname", func(c *config) *string { return &c.Hostname }, "host"),
		simple("DomainName", "domainName", func(c *config) *string { return &c.DomainName }, "example.com"),
		simple("HealthCheck", "healthCheck", func(c *config) **engine.HealthCheck { return &c.HealthCheck }, &engine.HealthCheck{
			Test: []string{"CMD", "check"}, Interval: time.Minute, Timeout: time.Second, StartPeriod: 2 * time.Second, Retries: 4,
		}),
		simple("StopSignal", "stopSignal", func(c *config) *string { return &c.StopSignal }, "SIGINT"),
		simple("RestartPolicy", "restartPolicy", func(c *config) *engine.RestartPolicy { return &c.RestartPolicy },
			engine.RestartPolicy{Name: "on-failure", MaximumRetryCount: 3}),
		{"Labels", "labels.more", func(b *bench, c *config) { c.Labels = b.labels(); c.Labels["more"] = "x" }},
	}
}

func resourceFields() []field {
	row := func(diff string, r engine.Resources) field {
		return simple("Resources", diff, func(c *engine.ContainerConfig) *engine.Resources { return &c.Resources }, r)
	}
	return []field{
		row("resources.limits.cpus", engine.Resources{NanoCPUs: 5e8}),
		row("resources.limits.memory", engine.Resources{Memory: 64 << 20}),
		row("resources.limits.pids", engine.Resources{PIDs: 50}),
		row("resources.reservations.memory", engine.Resources{MemoryReservation: 32 << 20}),
		row("resources.cpuShares", engine.Resources{CPUShares: 512}),
		row("resources.cpusetCpus", engine.Resources{CPUSetCPUs: "0"}),
		row("", engine.Resources{PIDs: -1, BlkioWeight: 100}), // ignored by some kernels
		simple("ShmSize", "resources.shmSize", func(c *engine.ContainerConfig) *int64 { return &c.ShmSize }, 1<<20),
		simple("Ulimits", "resources.ulimits.nofile", func(c *engine.ContainerConfig) *[]engine.Ulimit { return &c.Ulimits },
			[]engine.Ulimit{{Name: "nofile", Soft: 100, Hard: 200}}),
		simple("Devices", "resources.devices", func(c *engine.ContainerConfig) *[]engine.Device { return &c.Devices },
			[]engine.Device{{HostPath: "/dev/null", ContainerPath: "/dev/mine", Permissions: "r"}}),
		simple("GPUs", "resources.gpus", func(c *engine.ContainerConfig) *[]engine.DeviceRequest { return &c.GPUs },
			[]engine.DeviceRequest{{Count: -1, Capabilities: [][]string{{"gpu"}}}}),
	}
}

// fieldsWithoutRow are covered by other tests: names by Find, images and platforms
// by refusals. The stop timeout has no effect on the controller.
var fieldsWithoutRow = []string{"Name", "Image", "Platform", "StopTimeout"}

func everyField(b *bench) {
	b.subnetwork("static")
	b.volume("data")
	bare := b.get(b.create(b.server("bare")))
	rows := fields()
	names := slices.Clone(fieldsWithoutRow)
	for i, f := range rows {
		names = append(names, f.name)
		cfg := b.server("field")
		f.set(b, &cfg)
		var missed []string
		for _, d := range engine.Differences(cfg, bare) {
			missed = append(missed, d.Field)
		}
		if f.diff != "" && !slices.Equal(missed, []string{f.diff}) {
			b.t.Errorf("row %d, %s: without the field %v differ, want %s", i, f.name, missed, f.diff)
		}
		id := b.create(cfg)
		if diffs := engine.Differences(cfg, b.get(id)); len(diffs) > 0 {
			b.t.Errorf("row %d, %s: reported with differences %+v", i, f.name, diffs)
		}
		b.noError(b.Remove(b.ctx, id))
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[engine.ContainerConfig]()) {
		if !slices.Contains(names, f.Name) {
			b.t.Errorf("the field %s has no row", f.Name)
		}
	}
}

func defaultsAreNoDifference(b *bench) {
	b.network("net")
	cfg := b.server("web", "net")
	id := b.run(cfg)
	if diffs := engine.Differences(cfg, b.get(id)); len(diffs) > 0 {
		b.t.Fatalf("it runs with differences %+v", diffs)
	}
}

func imageConfig(b *bench) {
	img, err := b.Image(b.ctx, b.h.Server.Image)
	b.noError(err)
	equal(b, "the image has a platform", img.Platform != "", true)
	cfg := b.server("web")
	cfg.Env = []string{"OWN=1"}
	c := b.get(b.create(cfg)).Container
	if diff := cmp.Diff(img.Config, c.ImageConfig); diff != "" {
		b.t.Fatalf("inherited configuration (-image +container):\n%s", diff)
	}
	want := engine.Inherit(cfg, img.Config)
	got := engine.ContainerConfig{Entrypoint: c.Config.Entrypoint, Command: c.Config.Command, Env: c.Config.Env}
	want = engine.ContainerConfig{Entrypoint: want.Entrypoint, Command: want.Command, Env: want.Env}
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Fatalf("defaults of the engine (-want +got):\n%s", diff)
	}
}

// laterField covers engines before API 1.44. Later ones accept the field.
func laterField(b *bench) {
	cfg := b.server("web")
	cfg.HealthCheck = &engine.HealthCheck{Test: []string{"CMD", "check"}, StartInterval: time.Second}
	id, err := b.CreateContainer(b.ctx, cfg)
	if err != nil {
		b.hasCode(err, engine.Unsupported)
		b.nameIsFree(engine.KindContainer, cfg.Name)
		return
	}
	b.created = append(b.created, id)
	equal(b, "interval", b.get(id).Container.Config.HealthCheck.StartInterval, time.Second)
}

func otherPlatform(b *bench) {
	cfg := b.server("web")
	cfg.Platform = "linux/s390x"
	_, err := b.CreateContainer(b.ctx, cfg)
	b.hasCode(err, engine.PlatformMismatch)
	b.nameIsFree(engine.KindContainer, cfg.Name)
}
