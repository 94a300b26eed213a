// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// proof defines how the effect of a field is verified: by a format for the engine's
// inspect, by a command inside a container, or by a separate test if the effect is
// an action of the controller.
type proof struct {
	object string // container, or "network/name" or "volume/name"
	format string
	inside []string
	logged bool // want is a line of its log
	want   string
	test   string // "TestName", or "pkg/path TestName"
}

// seen returns a proof by the engine's inspect.
func seen(object, format, want string) proof {
	return proof{object: object, format: "{{" + format + "}}", want: want}
}

// felt returns a proof by a command inside a container.
func felt(object, want string, command ...string) proof {
	return proof{object: object, inside: command, want: want}
}

// logged returns a proof by a line of a container's log.
func logged(object, want string) proof { return proof{object: object, logged: true, want: want} }

// by returns a proof by a test.
func by(test string) proof { return proof{test: test} }

// scenes are further objects with the fields that full cannot have at the same
// time. NS is replaced by the namespace.
const scenes = `
---
{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: seed},
  spec: {id: seed, name: NS-seed, image: reconciler.dev/demo, tag: "1", pullPolicy: never, platform: linux/ARCH, command: [sleep], envFile: [./app.env],
    env: {O: {fromConfig: {name: conf, key: none, optional: true}}, P: {fromSecret: {name: hush, key: none, optional: true}}}}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: named},
  spec: {image: "reconciler.dev/demo:1", containerName: NS-named, command: [sleep], networkMode: none, readOnlyRootFilesystem: true, cgroupns: private,
    restartManagedBy: engine, restartPolicy: {name: on-failure, maximumRetryCount: 3}, resources: {limits: {memory: 64Mi}, memorySwap: 96Mi},
    volumes: [{type: bind, source: ./made, target: /made, createHostPath: true}]}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: host},
  spec: {image: "reconciler.dev/demo:1", command: [sleep], networkMode: host, pid: host, privileged: true, user: "1000"}} # root may be refused all rights where the engine has not all itself
---
{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: ported},
  spec: {image: "reconciler.dev/demo:1", command: [sleep], networks: [{name: six, ipv6Address: "fd00:91::9"}], ports: [{host: PORT, container: 70, protocol: udp, hostIP: 127.0.0.9}]}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: outer},
  spec: {image: "reconciler.dev/demo:1", command: [sleep], networks: [outer], volumes: [{source: outer, target: /outer}]}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: first}, spec: {image: "reconciler.dev/demo:1", command: [sleep],
  initContainers: [{name: one, image: "reconciler.dev/demo", tag: "2", pullPolicy: never, entrypoint: [/demoapp], command: [show, /etc/app/b.conf, /etc/app/c],
    env: {A: "1", B: {fromConfig: {name: conf, key: b}}, C: {fromSecret: {name: hush, key: c}},
      O: {fromConfig: {name: conf, key: none, optional: true}}, P: {fromSecret: {name: hush, key: none, optional: true}}},
    envFile: [./app.env], workingDir: /data, user: "1000:1000", timeout: 1m, privileged: true, capAdd: [NET_ADMIN], capDrop: [MKNOD],
    volumes: [{source: vol, target: /vol, noCopy: true}, {type: bind, source: ./made, target: /made, readOnly: true, propagation: private, createHostPath: true},
      {type: tmpfs, target: /scratch, size: 1Mi, mode: 0o1777}],
    configs: [{name: conf, key: b, target: /etc/app/b.conf, uid: 1000, gid: 1001, mode: 0o440}],
    secrets: [{name: hush, key: c, target: /etc/app/c, uid: 1000, gid: 1001, mode: 0o400}]}]}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Network, metadata: {name: six}, spec: {networkName: NS-six, driver: bridge, driverOpts: {com.docker.network.bridge.enable_icc: "false"},
  internal: true, attachable: true, enableIPv6: true, labels: {l: "1"},
  ipam: {driver: default, options: {o: "1"}, config: [{subnet: 10.231.91.0/24, ipRange: 10.231.91.128/25, gateway: 10.231.91.1, auxAddresses: {a: 10.231.91.2}}, {subnet: "fd00:91::/64"}]}}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Network, metadata: {name: outer}, spec: {external: true, networkName: NS-outer}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Volume, metadata: {name: outer}, spec: {external: true, volumeName: NS-outer}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Volume, metadata: {name: opts},
  spec: {volumeName: NS-opts, driver: local, driverOpts: {type: tmpfs, device: tmpfs}, labels: {l: "1"}, onImmutableChange: Stall}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: content},
  spec: {image: "reconciler.dev/demo:1", command: [sleep], configs: [{name: kinds}], secrets: [{name: kinds, key: d}, {name: kinds, key: b}, {name: kinds, key: f}]}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Config, metadata: {name: kinds}, spec: {data: {d: text}, binaryData: {b: Ymlu}, files: {f: ./app.env}}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Secret, metadata: {name: kinds}, spec: {data: {d: text}, binaryData: {b: Ymlu}, files: {f: ./app.env}}}
`

// TestFields verifies the effect of every field of every kind, and that no change
// is pending afterwards. It fails for a field without a proof.
func TestFields(t *testing.T) {
	var r *rig
	t.Cleanup(func() { // after the rig's cleanup, because its containers use them
		_, _ = tryDocker("network", "rm", r.name+"-outer")
		_, _ = tryDocker("volume", "rm", r.name+"-outer")
	})
	r = newRig(t)
	port := freePort(t)
	docker(t, "network", "create", r.name+"-outer")
	docker(t, "volume", "create", r.name+"-outer")
	fill := strings.NewReplacer("NS", r.name, "PORT", port, "ARCH", runtime.GOARCH)
	r.write("app.env", "FILED=yes\n")
	r.write("fields.yaml", full+fill.Replace(scenes))
	if got := r.cli("validate", r.dir); got.code != 0 {
		t.Fatalf("validate: %s%s", got.stdout, got.stderr)
	}
	r.start()
	r.requireCondition("container/content", "Ready", "True")
	r.expect(0, "wait", "--for=condition=Ready", "--all", "-n", r.name, "--timeout", "2m")
	r.eventually("no pending changes", r.nothingToDo)

	proofs := map[spec.Kind]map[string]proof{
		spec.KindContainer: containerProofs(port), spec.KindNetwork: networkProofs, spec.KindVolume: volumeProofs,
		spec.KindConfig: contentProofs("/kinds"), spec.KindSecret: contentProofs("/run/secrets/kinds"),
	}
	for _, kind := range spec.Kinds() {
		for _, path := range leaves(spec.Fields(kind)) {
			p, found := proofs[kind][path]
			if !found {
				t.Errorf("%s %s has no proof", kind, path)
				continue
			}
			delete(proofs[kind], path)
			if err := r.prove(p, fill); err != nil {
				t.Errorf("%s %s: %v", kind, path, err)
			}
		}
		for path := range proofs[kind] {
			t.Errorf("%s %s has a proof but is not a field", kind, path)
		}
	}
}

// leaves returns the paths of the fields that have no fields below them.
func leaves(fields []spec.Field) []string {
	var paths []string
	for _, f := range fields {
		if len(f.Fields) == 0 {
			paths = append(paths, f.Path)
		}
		paths = append(paths, leaves(f.Fields)...)
	}
	return paths
}

// prove returns an error unless the effect is as expected.
func (r *rig) prove(p proof, fill *strings.Replacer) error {
	if p.test != "" {
		return testExists(p.test)
	}
	kind, name, found := strings.Cut(p.object, "/")
	if !found {
		kind, name = "container", p.object
	}
	engineName := r.engineName(name)
	if strings.HasPrefix(name, "NS-") {
		engineName = fill.Replace(name)
	}
	command := []string{kind, "inspect", "--format", fill.Replace(p.format), engineName}
	if p.inside != nil {
		command = append([]string{"exec", engineName, "/demoapp"}, p.inside...)
	}
	if p.logged {
		command = []string{"logs", engineName}
	}
	got, err := tryDocker(command...)
	if err != nil {
		return err
	}
	if p.logged && strings.Contains("\n"+got+"\n", "\n"+p.want+"\n") {
		return nil
	}
	if got = strings.TrimSpace(got); got != fill.Replace(p.want) {
		return fmt.Errorf("%v is %q, want %q", command, got, fill.Replace(p.want))
	}
	return nil
}

// testExists returns an error unless there is a test "TestName" in this package, or
// "pkg/path TestName" elsewhere.
func testExists(test string) error {
	dir, name, found := strings.Cut(test, " ")
	if !found {
		dir, name = "pkg/e2e", test
	}
	files, err := filepath.Glob(filepath.Join(root, dir, "*_test.go"))
	if err != nil {
		return err
	}
	declared := regexp.MustCompile(`(?m)^func ` + name + `\(t \*testing\.T\)`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if declared.Match(text) {
			return nil
		}
	}
	return fmt.Errorf("there is no test %s in %s", name, dir)
}
