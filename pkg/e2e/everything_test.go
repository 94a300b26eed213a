// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// full is a container with every field that this engine supports and that can be
// combined with the others.
const full = `apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: full}
spec:
  image: reconciler.dev/demo:1
  entrypoint: [/demoapp]
  command: [http]
  env: {A: "1", B: {fromConfig: {name: conf, key: b}}, C: {fromSecret: {name: hush, key: c}}}
  workingDir: /data
  user: "1000:1000"
  groupAdd: ["5"]
  hostname: host
  domainName: example.com
  ports: [{container: 8080}]
  expose: [9000]
  networks: [{name: net, aliases: [web], ipv4Address: 10.231.90.9, macAddress: "02:42:0a:00:00:09", priority: 5}, side]
  dns: [10.0.0.53]
  dnsSearch: [example.com]
  dnsOptions: ["ndots:1"]
  extraHosts: ["db:10.0.0.5", "up:host-gateway"]
  volumes:
    - {source: vol, target: /vol, noCopy: true}
    - {type: bind, source: ./, target: /conf, readOnly: true, propagation: private}
    - {type: tmpfs, target: /scratch, size: 1Mi, mode: 0o1777}
  configs: [{name: conf, key: b, target: /etc/app/b.conf, uid: 1000, gid: 1001, mode: 0o440}]
  secrets: [{name: hush, uid: 1000, mode: 0o400}]
  healthCheck: {test: [CMD, /demoapp, health, "http://127.0.0.1:8080/healthz"], interval: 1s, timeout: 5s, retries: 9, startPeriod: 1s}
  stopSignal: SIGINT
  stopGracePeriod: 3s
  resources: {limits: {cpus: "0.5", memory: 64Mi, pids: 60}, reservations: {memory: 32Mi}, cpuShares: 512, cpusetCpus: "0", shmSize: 1Mi, ulimits: {nofile: 1024}, blkioWeight: 100, devices: [/dev/null:/dev/mine]}
  capAdd: [NET_ADMIN]
  capDrop: [MKNOD]
  securityOpt: [no-new-privileges]
  sysctls: {net.core.somaxconn: "512"}
  init: true
  tty: true
  stdin: true
  ipc: shareable
  userns: host
  runtime: runc
  oomScoreAdj: 100
  logging: {driver: json-file, options: {max-size: 1m}}
  labels: {l: "1"}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Network, metadata: {name: net}, spec: {ipam: {config: [{subnet: 10.231.90.0/24}]}}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Network, metadata: {name: side}, spec: {}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Volume, metadata: {name: vol}, spec: {deletionPolicy: Delete}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Config, metadata: {name: conf}, spec: {data: {b: "of the config"}}}
---
{apiVersion: reconciler.dev/v1alpha1, kind: Secret, metadata: {name: hush}, spec: {data: {c: s3cr3t}}}
`

// inside returns the output of a command in a container.
func (r *rig) inside(name string, command ...string) string {
	r.t.Helper()
	return strings.TrimSpace(docker(r.t, append([]string{"exec", r.engineName(name), "/demoapp"}, command...)...))
}

// inspect returns a value of a container, as the engine reports it.
func (r *rig) inspect(name, format string) string {
	r.t.Helper()
	return strings.TrimSpace(docker(r.t, "inspect", "-f", "{{"+format+"}}", r.engineName(name)))
}

func (r *rig) requireInspect(name, format, want string) {
	r.t.Helper()
	r.eventually(format+" to be "+want, func() error {
		if got := r.inspect(name, format); got != want {
			return fmt.Errorf("the value is %s", got)
		}
		return nil
	})
}

// TestEverything verifies that a container with all fields starts as declared, with
// its files, and needs no further change.
func TestEverything(t *testing.T) {
	r := newRig(t)
	r.write("full.yaml", full)
	r.start()
	r.requireUp("full")
	for path, want := range map[string]string{
		"/etc/app/b.conf":     "1000:1001 0440 of the config",
		"/run/secrets/hush/c": "1000:0 0400 s3cr3t",
	} {
		if got := r.inside("full", "show", path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if got := strings.Fields(r.inside("full", "value", "A", "B", "C")); strings.Join(got, " ") != "1 of the config s3cr3t" {
		t.Errorf("the variables are %q", got)
	}
	for format, want := range map[string]string{
		".HostConfig.NanoCpus":              "500000000",
		".HostConfig.Memory":                "67108864",
		".HostConfig.PidsLimit":             "60",
		".Config.StopSignal":                "SIGINT",
		".Config.StopTimeout":               "3",
		".HostConfig.OomScoreAdj":           "100",
		".HostConfig.RestartPolicy.Name":    "no",
		"len .NetworkSettings.Networks":     "2",
		"index .Config.Labels \"l\"":        "1",
		"json .HostConfig.DnsOptions":       `["ndots:1"]`,
		"json .HostConfig.Sysctls":          `{"net.core.somaxconn":"512"}`,
		"json .HostConfig.LogConfig.Config": `{"max-size":"1m"}`,
		fmt.Sprintf("(index .NetworkSettings.Networks %q).IPAddress", "net."+r.name):  "10.231.90.9",
		fmt.Sprintf("(index .NetworkSettings.Networks %q).MacAddress", "net."+r.name): "02:42:0a:00:00:09",
	} {
		r.requireInspect("full", format, want)
	}
	r.must(r.nothingToDo())
	r.requireCondition("full", "Synced", "True")
	before := r.ids()
	if out := r.cli("describe", "ct/full", "-n", r.name); strings.Contains(out.stdout+out.stderr, "s3cr3t") {
		t.Errorf("the output contains the secret:\n%s", out.stdout)
	}
	r.requireKept(before)
}

// TestInPlace verifies that limits and networks of a running container are changed
// in place, after an edit of the manifest and after a change at the engine, and
// that a change which is not possible in place replaces the container.
func TestInPlace(t *testing.T) {
	r := newRig(t)
	const limits = "  resources: {limits: {memory: 64Mi, pids: 60}}\n"
	r.write("app.yaml", manifest("app", "sleep", limits))
	r.start()
	r.requireUp("app")
	before := r.ids()
	r.edit("app.yaml", "64Mi, pids: 60", "256Mi, cpus: \"0.5\"")
	r.requireInspect("app", ".HostConfig.Memory", "268435456")
	r.requireInspect("app", ".HostConfig.NanoCpus", "500000000")
	r.requireInspect("app", ".HostConfig.PidsLimit", "0")
	docker(t, "update", "--memory", "128m", "--memory-swap", "256m", "--restart", "always", r.engineName("app"))
	r.requireInspect("app", ".HostConfig.Memory", "268435456")
	r.requireInspect("app", ".HostConfig.RestartPolicy.Name", "no")
	r.edit("app.yaml", "  resources:", "  networks: [side]\n  resources:")
	r.eventually("app to be on side only", func() error {
		if got := r.inspect("app", "range $n, $_ := .NetworkSettings.Networks}}{{$n}} {{end"); got != "side."+r.name {
			return fmt.Errorf("app is on %s", got)
		}
		return nil
	})
	r.edit("app.yaml", "  resources:", "  restartManagedBy: engine\n  resources:")
	r.requireInspect("app", ".HostConfig.RestartPolicy.Name", "always")
	r.must(r.nothingToDo())
	r.requireKept(before)
	r.edit("app.yaml", ", cpus: \"0.5\"", "")
	r.requireInspect("app", ".HostConfig.NanoCpus", "0")
	r.requireUp("app")
	r.requireKept(before, "app")
	r.must(r.nothingToDo())
}
