// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/policy"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// hardened is a container that restricted allows.
const hardened = `image: app@sha256:0123456789012345678901234567890123456789012345678901234567890123, user: "1000",
  readOnlyRootFilesystem: true, capDrop: [ALL], securityOpt: [no-new-privileges]`

// denied returns the paths that a profile denies in a manifest in dir.
func denied(t *testing.T, profile policy.Profile, dir, kind, body string) []string {
	t.Helper()
	manifest := fmt.Sprintf("{apiVersion: reconciler.dev/v1alpha1, kind: %s, metadata: {name: x}, spec: {%s}}", kind, body)
	_, errs := spec.Decode("x.yaml", []byte(manifest), spec.DecodeOptions{Dir: dir, Policy: profile.For(dir)})
	var paths []string
	for _, err := range errs {
		if !err.Denied {
			t.Fatalf("the manifest is invalid: %v", err)
		}
		if err.Hint == "" || !strings.Contains(err.Message, string(profile)) {
			t.Errorf("the error has no policy or no hint: %v", err)
		}
		paths = append(paths, err.Path)
	}
	slices.Sort(paths)
	return paths
}

func TestDenied(t *testing.T) {
	dir := directory(t)
	for name, tc := range map[string]struct {
		kind, body string
		// The paths that each profile denies; dev denies none.
		baseline, restricted []string
	}{
		"hardened": {"Container", hardened, nil, nil},
		"plain": {"Container", "image: app:1", nil, []string{
			"spec.capDrop", "spec.image", "spec.readOnlyRootFilesystem", "spec.securityOpt", "spec.user",
		}},
		"user by name, which may be root":       {"Container", strings.Replace(hardened, `"1000"`, "app", 1), nil, []string{"spec.user"}},
		"root with a group":                     {"Container", strings.Replace(hardened, `"1000"`, `"0:1000"`, 1), nil, []string{"spec.user"}},
		"new privileges allowed":                {"Container", strings.Replace(hardened, "no-new-privileges", "'no-new-privileges:false'", 1), nil, []string{"spec.securityOpt"}},
		"privileged":                            both("privileged: true", "spec.privileged"),
		"default capability":                    {"Container", hardened + ", capAdd: [CAP_CHOWN, NET_BIND_SERVICE]", nil, []string{"spec.capAdd[0]"}},
		"capability":                            both("capAdd: [NET_BIND_SERVICE, SYS_ADMIN]", "spec.capAdd[1]"),
		"all capabilities":                      {"Container", strings.Replace(hardened, "capDrop: [ALL]", "capAdd: [CAP_ALL]", 1), []string{"spec.capAdd[0]"}, []string{"spec.capAdd[0]", "spec.capDrop"}},
		"host network":                          both("networkMode: host", "spec.networkMode"),
		"host processes":                        both("pid: host", "spec.pid"),
		"host IPC":                              both("ipc: host", "spec.ipc"),
		"host users":                            both("userns: host", "spec.userns"),
		"host cgroups":                          both("cgroupns: host", "spec.cgroupns"),
		"network of a container":                {"Container", hardened + ", networkMode: 'container:y'", nil, nil},
		"a device":                              both("resources: {devices: [/dev/kmsg]}", "spec.resources.devices[0]"),
		"seccomp disabled":                      with("'seccomp=unconfined'", "spec.securityOpt[1]"),
		"apparmor disabled, with a colon":       with("'apparmor:unconfined'", "spec.securityOpt[1]"),
		"labels disabled":                       with("'label=disable'", "spec.securityOpt[1]"),
		"all of /proc":                          with("'systempaths=unconfined'", "spec.securityOpt[1]"),
		"custom seccomp profile":                with(`'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'`, "spec.securityOpt[1]"),
		"default profiles of the engine":        with("'seccomp=builtin', 'apparmor=docker-default'"),
		"directory beside the manifest":         both("volumes: [{type: bind, source: ./here, target: /x}]"),
		"directory to be created":               both("volumes: [{type: bind, source: ./new/one, target: /x, createHostPath: true}]"),
		"parent directory":                      both("volumes: [{type: bind, source: .., target: /x}]", "spec.volumes[0].source"),
		"directory with a similar name":         both("volumes: [{type: bind, source: "+dir+"2, target: /x}]", "spec.volumes[0].source"),
		"system directory":                      both("volumes: [{type: bind, source: /etc, target: /x}]", "spec.volumes[0].source"),
		"link to the outside":                   both("volumes: [{type: bind, source: ./out, target: /x}]", "spec.volumes[0].source"),
		"directory to be created behind a link": both("volumes: [{type: bind, source: ./out/new, target: /x, createHostPath: true}]", "spec.volumes[0].source"),
		"socket of the engine":                  both("volumes: [{type: bind, source: /var/run/docker.sock, target: /x}]", "spec.volumes[0].source"),
		"propagation to the host":               both("volumes: [{type: bind, source: ./here, target: /x, propagation: rshared}]", "spec.volumes[0].propagation"),
		"a volume and a tmpfs":                  both("volumes: [{source: v, target: /x}, {type: tmpfs, target: /y}]"),
		"directory as a volume":                 volume("driverOpts: {type: none, o: bind, device: /etc}", "spec.driverOpts.device"),
		"directory as a volume, with two /":     volume("driverOpts: {o: bind, device: //etc}", "spec.driverOpts.device"),
		"inner directory as a volume":           volume("driverOpts: {type: none, o: bind, device: " + dir + "/here}"),
		"NFS share":                             volume("driverOpts: {type: nfs, o: 'addr=10.0.0.1', device: ':/x'}"),
		"CIFS share":                            volume("driverOpts: {type: cifs, device: //host/x}"),
		"overlay":                               volume("driverOpts: {type: overlay, o: 'lowerdir=/etc', device: overlay}", "spec.driverOpts.type"),
		"a disk":                                volume("driverOpts: {type: ext4, device: /dev/sda1}", "spec.driverOpts.device", "spec.driverOpts.type"),
		"options of another driver":             volume("driver: other, driverOpts: {type: overlay, device: /etc}"),
		"external volume":                       {"Volume", "external: true", nil, []string{"spec.external"}},
		"external network":                      {"Network", "external: true", nil, []string{"spec.external"}},
		"privileged init container":             both("initContainers: [{name: i, privileged: true, user: '1', capDrop: [ALL]}]", "spec.initContainers[0].privileged"),
		"init container with other fields":      {"Container", hardened + ", initContainers: [{name: i, image: 'b:1', capAdd: [SYS_TIME], volumes: [{type: bind, source: /etc, target: /x}]}]", []string{"spec.initContainers[0].capAdd[0]", "spec.initContainers[0].volumes[0].source"}, []string{"spec.initContainers[0].capAdd[0]", "spec.initContainers[0].capDrop", "spec.initContainers[0].image", "spec.initContainers[0].user", "spec.initContainers[0].volumes[0].source"}},
	} {
		t.Run(name, func(t *testing.T) {
			for profile, want := range map[policy.Profile][]string{"": nil, policy.Dev: nil, policy.Baseline: tc.baseline, policy.Restricted: tc.restricted} {
				if diff := cmp.Diff(want, denied(t, profile, dir, tc.kind, tc.body)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", profile, diff)
				}
			}
		})
	}
}

type row = struct {
	kind, body           string
	baseline, restricted []string
}

// both returns a hardened container with fields that both profiles treat alike.
func both(body string, paths ...string) row {
	return row{"Container", hardened + ", " + body, paths, paths}
}

// with returns a hardened container with additional security options.
func with(options string, paths ...string) row {
	return row{"Container", strings.Replace(hardened, "[no-new-privileges]", "[no-new-privileges, "+options+"]", 1), paths, paths}
}

func volume(body string, paths ...string) row { return row{"Volume", body, paths, paths} }

// directory creates a directory with a subdirectory and a link to the outside.
func directory(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "manifests")
	if err := os.MkdirAll(filepath.Join(dir, "here"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc", filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestLongPath checks that a path of half a million elements is checked quickly.
func TestLongPath(t *testing.T) {
	source := strings.Repeat("/a", 1<<18)
	got := denied(t, policy.Baseline, t.TempDir(), "Container", "image: x, volumes: [{type: bind, source: "+source+", target: /x}]")
	if diff := cmp.Diff([]string{"spec.volumes[0].source"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestSocketIsAlwaysDenied checks that the socket of the engine is denied even if the
// directory of the manifests is the root of the host.
func TestSocketIsAlwaysDenied(t *testing.T) {
	for _, source := range []string{"/", "/run", "/var/run", "/run/docker.sock", "/var/run/docker.sock"} {
		got := denied(t, policy.Baseline, "/", "Container", "image: x, volumes: [{type: bind, source: "+source+", target: /x}]")
		if diff := cmp.Diff([]string{"spec.volumes[0].source"}, got); diff != "" {
			t.Errorf("%s: %s", source, diff)
		}
	}
}

// harmless lists the fields that every profile allows with any value. A new field
// must be checked by the policy or added here.
var harmless = map[reflect.Type][]string{
	reflect.TypeFor[spec.Container](): {
		"id", "name", "tag", "pullPolicy", "platform", "entrypoint", "command", "env", "envFile", "workingDir", "groupAdd", "hostname",
		"domainName", "containerName", "ports", "expose", "networks", "dns", "dnsSearch", "dnsOptions", "extraHosts", "configs", "secrets",
		"healthCheck", "probes", "restartPolicy", "restartManagedBy", "restartBackoff", "onUnhealthy", "dependencies", "stopSignal",
		"stopGracePeriod", "sysctls", "init", "tty", "stdin", "runtime", "oomScoreAdj", "logging", "labels", "drift", "suspend",
	},
	reflect.TypeFor[spec.InitContainer](): {
		"name", "tag", "pullPolicy", "entrypoint", "command", "env", "envFile", "workingDir", "configs", "secrets", "timeout",
	},
	reflect.TypeFor[spec.Resources](): {
		"limits", "reservations", "memorySwap", "cpuShares", "cpusetCpus", "shmSize", "ulimits", "blkioWeight", "gpus",
	},
	reflect.TypeFor[spec.Network](): {
		"driver", "driverOpts", "internal", "attachable", "enableIPv6", "ipam", "labels", "networkName",
	},
	reflect.TypeFor[spec.Volume](): {"driver", "labels", "volumeName", "deletionPolicy", "onImmutableChange"},
}

// checked lists the other fields, which the policy checks.
var checked = map[reflect.Type][]string{
	reflect.TypeFor[spec.Container](): {
		"image", "user", "networkMode", "volumes", "initContainers", "resources", "privileged", "capAdd", "capDrop",
		"readOnlyRootFilesystem", "securityOpt", "ipc", "pid", "userns", "cgroupns",
	},
	reflect.TypeFor[spec.InitContainer](): {"image", "user", "volumes", "privileged", "capAdd", "capDrop"},
	reflect.TypeFor[spec.Resources]():     {"devices"},
	reflect.TypeFor[spec.Network]():       {"external"},
	reflect.TypeFor[spec.Volume]():        {"driverOpts", "external"},
}

func TestEveryFieldIsClassified(t *testing.T) {
	for typ, fields := range harmless {
		want := slices.Sorted(slices.Values(append(slices.Clone(fields), checked[typ]...)))
		var got []string
		for f := range typ.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			got = append(got, name)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-checked or harmless +fields):\n%s", typ, diff)
		}
	}
}

// FuzzPolicy checks any manifest that can be decoded: a policy neither panics nor
// hangs, and restricted denies everything that baseline denies.
func FuzzPolicy(f *testing.F) {
	f.Add("Container", hardened+", volumes: [{type: bind, source: ./x/../../y, target: /x}]")
	f.Add("Volume", `driverOpts: {type: "", o: bind, device: "//\u0000"}`)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, kind, body string) {
		manifest := fmt.Sprintf("{apiVersion: reconciler.dev/v1alpha1, kind: %s, metadata: {name: x}, spec: {%s}}", kind, body)
		errors := map[policy.Profile]int{}
		for _, profile := range []policy.Profile{policy.Dev, policy.Baseline, policy.Restricted} {
			_, errs := spec.Decode("x.yaml", []byte(manifest), spec.DecodeOptions{Dir: dir, Policy: profile.For(dir)})
			errors[profile] = len(errs)
		}
		if errors[policy.Dev] > errors[policy.Baseline] || errors[policy.Baseline] > errors[policy.Restricted] {
			t.Errorf("%v", errors)
		}
	})
}
