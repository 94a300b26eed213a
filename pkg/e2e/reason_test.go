// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// reasons are manifests that fail for one reason each. Reasons that other tests
// cover are not repeated here.
var reasons = map[string]struct {
	manifest string
	// condition is the type of the condition with the reason; empty means Ready.
	condition string
	reason    string
	texts     []string
}{
	"no-dependency": {"dependencies: [ghost]", "", "DependencyNotFound", []string{"ghost"}},
	"cycle-a":       {"dependencies: [cycle-b]", "", "DependencyCycle", []string{"cycle-a", "cycle-b"}},
	"cycle-b":       {"dependencies: [cycle-a]", "", "DependencyCycle", []string{"cycle-a", "cycle-b"}},
	"waiting":       {"dependencies: [sick]", "", "DependencyNotReady", []string{"sick"}},
	"sick":          {`healthCheck: {test: [CMD, /demoapp, health, "127.0.0.1:1"], interval: 1h}`, "", "HealthCheckStarting", nil},
	"no-registry":   {`image: "127.0.0.1:1/app:1"`, "", "ImagePullBackOff", []string{"registry 127.0.0.1:1"}},
	"other-machine": {"platform: linux/s390x, pullPolicy: never", "", "PlatformMismatch", nil},
	"no-network":    {"networks: [nowhere]", "DependenciesReady", "DependencyFailed", []string{"Network/"}},
	"no-path":       {"volumes: [{type: bind, source: /no/such/path, target: /x}]", "", "MountSourceMissing", []string{"/no/such/path"}},
	"denied-path":   {"volumes: [{type: bind, source: /sys/no-such-path, target: /x, createHostPath: true}]", "", "MountDenied", []string{"/sys/no-such-path"}},
	"no-gpu":        {"resources: {gpus: {driver: none, count: 1}}", "", "Unsupported", []string{"device driver"}},
	"no-command":    {"entrypoint: [/none]", "", "CommandNotFound", []string{"/none"}},
	"no-program":    {"entrypoint: [/data]", "", "CommandNotExecutable", []string{"/data"}},
	"no-config":     {"configs: [{name: none}]", "DependenciesReady", "ConfigNotFound", []string{"none"}},
	"no-secret":     {"env: {A: {fromSecret: {name: none, key: k}}}", "DependenciesReady", "SecretNotFound", []string{"none"}},
	"same-name-b":   {"containerName: NS-twin", "", "NameInUse", []string{"NS-twin"}},
	"same-address":  {"networks: [{name: numbered, ipv4Address: 10.231.92.9}]", "", "AddressInUse", nil},
	"quitter":       {"command: [crash, --exit, '3'], restartPolicy: 'no'", "", "NonZeroExit", []string{"3"}},
	"rested":        {"suspend: true", "Suspended", "Suspended", nil},
}

// neighbours are objects without errors that some of the manifests refer to.
const neighbours = `
{apiVersion: reconciler.dev/v1alpha1, kind: Network, metadata: {name: nowhere}, spec: {external: true, networkName: NS-nowhere}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Network, metadata: {name: numbered}, spec: {ipam: {config: [{subnet: 10.231.92.0/24}]}}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: first-address},
  spec: {image: "reconciler.dev/demo:1", command: [sleep], networks: [{name: numbered, ipv4Address: 10.231.92.9}]}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: same-name-a},
  spec: {image: "reconciler.dev/demo:1", command: [sleep], containerName: NS-twin}}
`

// TestReasons verifies that each failing manifest is reported with its reason and a
// hint, while all other objects work.
func TestReasons(t *testing.T) {
	r := newRig(t)
	fill := strings.NewReplacer("NS", r.name)
	r.write("neighbours.yaml", fill.Replace(neighbours))
	r.start()
	r.eventually("first-address to run", r.runs("first-address", func(container) bool { return true }))
	for name, tc := range reasons {
		image := "image: 'reconciler.dev/demo:1', "
		if strings.Contains(tc.manifest, "image:") {
			image = ""
		}
		command := "command: [sleep], "
		if strings.Contains(tc.manifest, "command:") {
			command = ""
		}
		r.write(name+".yaml", fill.Replace("{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: "+name+
			"}, spec: {"+image+command+tc.manifest+"}}"))
	}
	r.write("hungry.yaml", `{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: hungry},
  spec: {image: "reconciler.dev/demo:1", command: [eat], resources: {limits: {memory: 16Mi}, memorySwap: 16Mi}, restartPolicy: 'no'}}`)
	// A container that is declared twice, and a subnet that is used twice.
	r.write("twice.yaml", `{apiVersion: reconciler.dev/v1alpha1, kind: Network, metadata: {name: numbered}}`)
	r.write("overlap.yaml", `{apiVersion: reconciler.dev/v1alpha1, kind: Network, metadata: {name: overlap}, spec: {ipam: {config: [{subnet: 10.231.92.0/25}]}}}`)

	for name, tc := range reasons {
		t.Run(name, func(t *testing.T) {
			condition, status := tc.condition, "False "
			switch condition {
			case "":
				condition = "Ready"
			case "Suspended":
				status = "True "
			}
			var texts []string
			for _, text := range tc.texts {
				texts = append(texts, fill.Replace(text))
			}
			r.requireCondition("container/"+name, condition, status+tc.reason, texts...)
		})
	}
	t.Run("hungry", func(t *testing.T) { requireOutOfMemory(t, r) })
	r.requireCondition("network/numbered", "Accepted", "False DuplicateName", "twice.yaml:1:1")
	r.requireCondition("network/overlap", "Ready", "False SubnetOverlap")
	r.requireCondition("network/nowhere", "Ready", "False NetworkNotFound", "create it")
	if got := r.get("container/waiting").Status.RootCause; got == nil || !strings.HasSuffix(got.Object, "/sick") {
		t.Errorf("the root cause of waiting is %+v", got)
	}
	t.Run("Paused", func(t *testing.T) {
		docker(t, "pause", r.engineName("first-address"))
		r.requireCondition("container/first-address", "Ready", "False Paused", "unpause")
		docker(t, "unpause", r.engineName("first-address"))
		r.requireCondition("container/first-address", "Ready", "True")
	})
	t.Run("ImmutableFieldChanged and VolumeInUse", func(t *testing.T) {
		const volume = `{apiVersion: reconciler.dev/v1alpha1, kind: Volume, metadata: {name: data}, spec: {deletionPolicy: Delete, labels: {v: "1"}}}`
		r.write("volume.yaml", volume)
		r.requireCondition("volume/data", "Ready", "True")
		r.edit("volume.yaml", `"1"`, `"2"`)
		r.requireCondition("volume/data", "Stalled", "True ImmutableFieldChanged", "undo the change")
		r.write("volume.yaml", volume)
		r.requireCondition("volume/data", "Ready", "True")
		foreign := "foreign." + r.name
		docker(t, "run", "-d", "--name", foreign, "-v", r.engineName("data")+":/data", "reconciler.dev/demo:1", "sleep")
		t.Cleanup(func() { _, _ = tryDocker("rm", "-f", foreign) })
		r.remove("volume.yaml")
		r.requireCondition("volume/data", "Ready", "False VolumeInUse", foreign)
		docker(t, "rm", "-f", foreign)
		r.eventually("the volume to be replaced", func() error {
			if _, err := tryDocker("volume", "inspect", r.engineName("data")); err == nil {
				return os.ErrExist
			}
			return nil
		})
	})
}

// requireOutOfMemory restarts the container that exceeds its memory limit until the
// engine reports the cause. Under load, engines miss a tenth of these kills, and
// the controller can only suggest the cause then.
func requireOutOfMemory(t *testing.T, r *rig) {
	t.Helper()
	r.eventually("hungry to be OutOfMemory", func() error {
		got := r.get("container/hungry").condition("Ready")
		switch {
		case strings.HasPrefix(got, "False OutOfMemory"):
			return nil
		case strings.Contains(got, "137") && !strings.Contains(got, "OOM-killed"):
			t.Errorf("the message does not suggest the cause: %s", got)
		case strings.HasPrefix(got, "False NonZeroExit"):
			docker(t, "start", r.engineName("hungry"))
		}
		return fmt.Errorf("Ready is %q", got)
	})
}
