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

// hardened is what restricted has nothing against.
const hardened = `image: app@sha256:0123456789012345678901234567890123456789012345678901234567890123, user: "1000",
  readOnlyRootFilesystem: true, capDrop: [ALL], securityOpt: [no-new-privileges]`

// denied are the paths that a profile denies in a manifest in dir.
func denied(t *testing.T, profile policy.Profile, dir, kind, body string) []string {
	t.Helper()
	manifest := fmt.Sprintf("{apiVersion: reconciler.dev/v1alpha1, kind: %s, metadata: {name: x}, spec: {%s}}", kind, body)
	_, errs := spec.Decode("x.yaml", []byte(manifest), spec.DecodeOptions{Dir: dir, Policy: profile.For(dir)})
	var paths []string
	for _, err := range errs {
		if !err.Denied {
			t.Fatalf("the manifest is wrong: %v", err)
		}
		if err.Hint == "" || !strings.Contains(err.Message, string(profile)) {
			t.Errorf("it names no policy, or no way out: %v", err)
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
		// what each profile denies: dev denies nothing
		baseline, restricted []string
	}{
		"what is hardened": {"Container", hardened, nil, nil},
		"what is plain": {"Container", "image: app:1", nil, []string{
			"spec.capDrop", "spec.image", "spec.readOnlyRootFilesystem", "spec.securityOpt", "spec.user",
		}},
		"a user that may be root by name":   {"Container", strings.Replace(hardened, `"1000"`, "app", 1), nil, []string{"spec.user"}},
		"root with a group":                 {"Container", strings.Replace(hardened, `"1000"`, `"0:1000"`, 1), nil, []string{"spec.user"}},
		"privileges that may grow":          {"Container", strings.Replace(hardened, "no-new-privileges", "'no-new-privileges:false'", 1), nil, []string{"spec.securityOpt"}},
		"the host's powers":                 both("privileged: true", "spec.privileged"),
		"a usual capability":                {"Container", hardened + ", capAdd: [CAP_CHOWN, NET_BIND_SERVICE]", nil, []string{"spec.capAdd[0]"}},
		"a capability":                      both("capAdd: [NET_BIND_SERVICE, SYS_ADMIN]", "spec.capAdd[1]"),
		"all capabilities":                  {"Container", strings.Replace(hardened, "capDrop: [ALL]", "capAdd: [CAP_ALL]", 1), []string{"spec.capAdd[0]"}, []string{"spec.capAdd[0]", "spec.capDrop"}},
		"the host's networks":               both("networkMode: host", "spec.networkMode"),
		"the host's processes":              both("pid: host", "spec.pid"),
		"the host's memory":                 both("ipc: host", "spec.ipc"),
		"the host's users":                  both("userns: host", "spec.userns"),
		"the host's groups":                 both("cgroupns: host", "spec.cgroupns"),
		"a neighbour's networks":            {"Container", hardened + ", networkMode: 'container:y'", nil, nil},
		"a device":                          both("resources: {devices: [/dev/kmsg]}", "spec.resources.devices[0]"),
		"no system calls forbidden":         with("'seccomp=unconfined'", "spec.securityOpt[1]"),
		"no profile, the old way":           with("'apparmor:unconfined'", "spec.securityOpt[1]"),
		"no labels":                         with("'label=disable'", "spec.securityOpt[1]"),
		"all of /proc":                      with("'systempaths=unconfined'", "spec.securityOpt[1]"),
		"system calls of its own":           with(`'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'`, "spec.securityOpt[1]"),
		"the engine's own profiles":         with("'seccomp=builtin', 'apparmor=docker-default'"),
		"a folder beside the manifest":      both("volumes: [{type: bind, source: ./here, target: /x}]"),
		"a folder that is to be":            both("volumes: [{type: bind, source: ./new/one, target: /x, createHostPath: true}]"),
		"a folder above":                    both("volumes: [{type: bind, source: .., target: /x}]", "spec.volumes[0].source"),
		"a folder with a name like it":      both("volumes: [{type: bind, source: "+dir+"2, target: /x}]", "spec.volumes[0].source"),
		"a folder of the system":            both("volumes: [{type: bind, source: /etc, target: /x}]", "spec.volumes[0].source"),
		"a link that leads outside":         both("volumes: [{type: bind, source: ./out, target: /x}]", "spec.volumes[0].source"),
		"what is to be behind such a link":  both("volumes: [{type: bind, source: ./out/new, target: /x, createHostPath: true}]", "spec.volumes[0].source"),
		"the engine's socket":               both("volumes: [{type: bind, source: /var/run/docker.sock, target: /x}]", "spec.volumes[0].source"),
		"mounts that reach the host":        both("volumes: [{type: bind, source: ./here, target: /x, propagation: rshared}]", "spec.volumes[0].propagation"),
		"a volume and a tmpfs":              both("volumes: [{source: v, target: /x}, {type: tmpfs, target: /y}]"),
		"a folder as a volume":              volume("driverOpts: {type: none, o: bind, device: /etc}", "spec.driverOpts.device"),
		"a folder as a volume, by two /":    volume("driverOpts: {o: bind, device: //etc}", "spec.driverOpts.device"),
		"a folder below as a volume":        volume("driverOpts: {type: none, o: bind, device: " + dir + "/here}"),
		"a share":                           volume("driverOpts: {type: nfs, o: 'addr=10.0.0.1', device: ':/x'}"),
		"a share of the other sort":         volume("driverOpts: {type: cifs, device: //host/x}"),
		"folders over another":              volume("driverOpts: {type: overlay, o: 'lowerdir=/etc', device: overlay}", "spec.driverOpts.type"),
		"a disk":                            volume("driverOpts: {type: ext4, device: /dev/sda1}", "spec.driverOpts.device", "spec.driverOpts.type"),
		"another driver's options":          volume("driver: other, driverOpts: {type: overlay, device: /etc}"),
		"somebody's volume":                 {"Volume", "external: true", nil, []string{"spec.external"}},
		"somebody's network":                {"Network", "external: true", nil, []string{"spec.external"}},
		"an init container with powers":     both("initContainers: [{name: i, privileged: true, user: '1', capDrop: [ALL]}]", "spec.initContainers[0].privileged"),
		"an init container that has others": {"Container", hardened + ", initContainers: [{name: i, image: 'b:1', capAdd: [SYS_TIME], volumes: [{type: bind, source: /etc, target: /x}]}]", []string{"spec.initContainers[0].capAdd[0]", "spec.initContainers[0].volumes[0].source"}, []string{"spec.initContainers[0].capAdd[0]", "spec.initContainers[0].capDrop", "spec.initContainers[0].image", "spec.initContainers[0].user", "spec.initContainers[0].volumes[0].source"}},
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

// both is a hardened container with something that both profiles judge alike.
func both(body string, paths ...string) row {
	return row{"Container", hardened + ", " + body, paths, paths}
}

// with is one with further security options.
func with(options string, paths ...string) row {
	return row{"Container", strings.Replace(hardened, "[no-new-privileges]", "[no-new-privileges, "+options+"]", 1), paths, paths}
}

func volume(body string, paths ...string) row { return row{"Volume", body, paths, paths} }

// directory has a folder, and a link that leads out of it.
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

// TestLongPath finds that a path of half a million steps is judged as fast as
// another.
func TestLongPath(t *testing.T) {
	source := strings.Repeat("/a", 1<<18)
	got := denied(t, policy.Baseline, t.TempDir(), "Container", "image: x, volumes: [{type: bind, source: "+source+", target: /x}]")
	if diff := cmp.Diff([]string{"spec.volumes[0].source"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestNoSocketBelow finds that even a directory of manifests at the top of the
// host does not let the engine's socket in.
func TestNoSocketBelow(t *testing.T) {
	for _, source := range []string{"/", "/run", "/var/run", "/run/docker.sock", "/var/run/docker.sock"} {
		got := denied(t, policy.Baseline, "/", "Container", "image: x, volumes: [{type: bind, source: "+source+", target: /x}]")
		if diff := cmp.Diff([]string{"spec.volumes[0].source"}, got); diff != "" {
			t.Errorf("%s: %s", source, diff)
		}
	}
}

// harmless are the fields that no profile has anything against, whatever is in
// them. A field that is new has to be judged, or to be put here.
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

// judged are the others.
var judged = map[reflect.Type][]string{
	reflect.TypeFor[spec.Container](): {
		"image", "user", "networkMode", "volumes", "initContainers", "resources", "privileged", "capAdd", "capDrop",
		"readOnlyRootFilesystem", "securityOpt", "ipc", "pid", "userns", "cgroupns",
	},
	reflect.TypeFor[spec.InitContainer](): {"image", "user", "volumes", "privileged", "capAdd", "capDrop"},
	reflect.TypeFor[spec.Resources]():     {"devices"},
	reflect.TypeFor[spec.Network]():       {"external"},
	reflect.TypeFor[spec.Volume]():        {"driverOpts", "external"},
}

func TestEveryFieldIsJudged(t *testing.T) {
	for typ, fields := range harmless {
		want := slices.Sorted(slices.Values(append(slices.Clone(fields), judged[typ]...)))
		var got []string
		for f := range typ.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			got = append(got, name)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-judged or harmless +fields):\n%s", typ, diff)
		}
	}
}

// FuzzPolicy has a policy judge whatever decodes: it neither panics nor hangs,
// and restricted denies all that baseline does.
func FuzzPolicy(f *testing.F) {
	f.Add("Container", hardened+", volumes: [{type: bind, source: ./x/../../y, target: /x}]")
	f.Add("Volume", `driverOpts: {type: "", o: bind, device: "//\u0000"}`)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, kind, body string) {
		manifest := fmt.Sprintf("{apiVersion: reconciler.dev/v1alpha1, kind: %s, metadata: {name: x}, spec: {%s}}", kind, body)
		faults := map[policy.Profile]int{}
		for _, profile := range []policy.Profile{policy.Dev, policy.Baseline, policy.Restricted} {
			_, errs := spec.Decode("x.yaml", []byte(manifest), spec.DecodeOptions{Dir: dir, Policy: profile.For(dir)})
			faults[profile] = len(errs)
		}
		if faults[policy.Dev] > faults[policy.Baseline] || faults[policy.Baseline] > faults[policy.Restricted] {
			t.Errorf("%v", faults)
		}
	})
}
