// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

// turn switches the health of the demoapp that is published at the port.
func turn(t *testing.T, port, state string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1:"+port+"/health/"+state, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
}

// TestProbeReadiness verifies the readiness probe of a container with nothing but
// its program: dependents start when it becomes Ready, and no container is
// restarted when it becomes unready again.
func TestProbeReadiness(t *testing.T) {
	r := newRig(t)
	port := freePort(t)
	r.write("web.yaml", manifest("web", "http", fmt.Sprintf(`
  env: {HEALTH: "off"}
  ports: [{host: %s, container: 8080}]
  probes: {readiness: {httpGet: {port: 8080, path: /healthz}, period: 300ms, failureThreshold: 2}}
`, port)))
	r.write("user.yaml", manifest("user", "sleep", "  dependencies: [web]\n"))
	r.write("keen.yaml", manifest("keen", "sleep", "  dependencies: [{name: web, condition: healthy}]\n"))
	r.start()
	r.requireCondition("container/web", "Ready", "False ProbeFailed", "the readiness probe httpGet :8080/healthz failed 2 of 2 times: HTTP 503: unhealthy")
	r.requireCondition("container/user", "Ready", "False DependencyNotReady")
	r.requireCondition("container/keen", "Ready", "False DependencyNotReady")
	if r.containers()[r.engineName("user")].up() || r.containers()[r.engineName("keen")].up() {
		t.Error("the dependents have started")
	}
	if got := r.get("container/user"); got.Status.RootCause == nil || got.Status.RootCause.Reason != "ProbeFailed" {
		t.Errorf("the root cause is %+v", got.Status.RootCause)
	}
	turn(t, port, "on")
	r.requireUp("web", "user", "keen")
	before := r.containers()

	turn(t, port, "off")
	r.requireCondition("container/web", "Ready", "False ProbeFailed")
	r.requireCondition("container/user", "DependenciesReady", "False DependencyNotReady")
	r.requireCondition("container/user", "Ready", "True")
	turn(t, port, "on")
	r.requireCondition("container/user", "DependenciesReady", "True")
	r.requireUp("web", "user", "keen")
	for name, c := range r.containers() {
		if c.State.StartedAt != before[name].State.StartedAt {
			t.Errorf("%s was restarted", name)
		}
	}
}

// TestProbeLiveness verifies that a container is restarted when its liveness probe
// fails, and is Ready afterwards.
func TestProbeLiveness(t *testing.T) {
	r := newRig(t)
	port := freePort(t)
	r.write("web.yaml", manifest("web", "http", fmt.Sprintf(`
  ports: [{host: %s, container: 8080}]
  probes: {liveness: {httpGet: {port: 8080, path: /healthz}, period: 300ms, failureThreshold: 2}}
`, port)))
	r.start()
	r.requireUp("web")
	before := r.containers()[r.engineName("web")]
	turn(t, port, "off")
	r.eventually("a restart", func() error {
		if c := r.containers()[r.engineName("web")]; !c.up() || c.ID != before.ID || c.State.StartedAt == before.State.StartedAt {
			return fmt.Errorf("web is %+v", c.State)
		}
		return nil
	})
	r.requireUp("web")
	if got := r.get("container/web").Status.Restarts; got != 1 {
		t.Errorf("%d restarts are reported", got)
	}
	if got := r.expect(0, "events", "-n", r.name); !strings.Contains(got, "the liveness probe httpGet :8080/healthz failed 2 of 2 times: HTTP 503: unhealthy") {
		t.Errorf("the events do not contain the cause: %s", got)
	}
}

// TestProbeStartup verifies that a container which does not start in time is
// restarted with a growing delay, and that a slow one is not restarted before its
// startup probe fails.
func TestProbeStartup(t *testing.T) {
	r := newRig(t)
	r.write("never.yaml", manifest("never", "http", `
  env: {HEALTH: "off"}
  restartBackoff: {initial: 2s}
  probes:
    startup: {httpGet: {port: 8080, path: /healthz}, period: 200ms, failureThreshold: 3}
    liveness: {tcpSocket: {port: 8080}, period: 200ms}
`))
	r.write("slow.yaml", manifest("slow", "job, --after, 3s, --exit, \"0\"", `
  restartPolicy: "no"
  probes:
    startup: {log: {pattern: "^job: done$"}, period: 200ms, failureThreshold: 100}
    liveness: {exec: {command: [/demoapp, say, --exit, "1"]}, period: 200ms, failureThreshold: 1}
`))
	r.write("user.yaml", manifest("user", "sleep", "  dependencies: [never]\n"))
	r.start()
	r.requireCondition("container/never", "Healthy", "False StartTimeout",
		"it did not start in time: the startup probe httpGet :8080/healthz failed 3 of 3 times: HTTP 503: unhealthy")
	r.requireCondition("container/never", "CrashLooping", "True StartTimeout", "restart 3 at")
	r.requireCondition("container/user", "Ready", "False DependencyNotReady")
	r.requireCondition("container/slow", "Ready", "True Completed")
	if got := r.get("container/slow").Status.Restarts; got != 0 {
		t.Errorf("slow was restarted %d times", got)
	}
}

// TestProbeKinds verifies each kind of probe on a real container, and each way to
// its network that this host has.
func TestProbeKinds(t *testing.T) {
	r := newRig(t)
	names := []string{"tcp", "exec", "log", "side"}
	r.write("tcp.yaml", manifest("tcp", "tcp", "  probes: {readiness: {tcpSocket: {port: 9000}, period: 300ms}}\n"))
	r.write("exec.yaml", manifest("exec", "sleep", "  probes: {readiness: {exec: {command: [/demoapp, say, fine]}, period: 300ms, timeout: 10s}}\n"))
	r.write("log.yaml", manifest("log", "sleep", "  probes: {readiness: {log: {pattern: \"^sleep: st.rted$\"}, period: 300ms, timeout: 10s}}\n"))
	r.write("side.yaml", manifest("side", "sleep", "  networkMode: container:tcp\n  probes: {readiness: {tcpSocket: {port: 9000}, period: 300ms}}\n"))
	if os.Geteuid() == 0 { // root may enter the namespaces of containers
		r.write("alone.yaml", manifest("alone", "http, --listen, \"127.0.0.1:8080\"",
			"  networkMode: none\n  probes: {readiness: {httpGet: {port: 8080, path: /healthz}, period: 300ms}}\n"))
		names = append(names, "alone")
	}
	r.write("closed.yaml", manifest("closed", "sleep", "  probes: {readiness: {tcpSocket: {port: 81}, period: 300ms, failureThreshold: 1}}\n"))
	r.start()
	for _, name := range names {
		r.requireCondition("container/"+name, "Ready", "True Running")
		r.requireCondition("container/"+name, "Healthy", "True Healthy")
	}
	r.requireCondition("container/closed", "Ready", "False ProbeFailed", "connection refused at ", ":81")
}
