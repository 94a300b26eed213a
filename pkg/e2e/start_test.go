// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// restarted waits until the start time of a container differs from before.
func (r *rig) restarted(name, before string) {
	r.t.Helper()
	r.eventually("another start of "+name, func() error {
		if got := r.startedAt(name); got == "" || got == before {
			return fmt.Errorf("%s started at %q", name, got)
		}
		return nil
	})
}

// TestInitContainers verifies that init containers run in order before each start,
// and that the end of the chain reports one that fails.
func TestInitContainers(t *testing.T) {
	r := newRig(t)
	r.write("app.yaml", manifest("app", "sleep", "  initContainers:\n"+
		"  - {name: one, command: [job, --after, 300ms]}\n  - {name: two, command: [job]}\n"))
	mark := r.events.mark()
	r.start()
	r.ready("app", "True Running")
	r.requireOrder(mark, "create app", "start app.one", "die app.one", "start app.two", "die app.two", "start app")
	before, mark := r.startedAt("app"), r.events.mark()
	docker(t, "kill", r.engineName("app"))
	r.restarted("app", before)
	r.requireOrder(mark, "die app", "start app.one", "die app.one", "start app.two", "die app.two", "start app")
	r.ready("app", "True Running")
	r.expect(0, "wait", "--all", "-n", r.name)
	if got := r.expect(0, "describe", "app"); !strings.Contains(got, "Init Containers") || !strings.Contains(got, "reconciler logs app.two") {
		t.Errorf("the output of describe is\n%s", got)
	}
	// If the init containers of a replacement fail, the old container keeps running.
	id := r.ids()["app"]
	r.edit("app.yaml", "[job]", "[crash, --exit, '3']")
	r.requireCondition("app", "Ready", "False InitContainerFailed", "app.two", "exited with code 3")
	if c := r.containers()[r.engineName("app")]; c.ID != id || !c.up() {
		t.Errorf("the old container is %+v", c)
	}
	if cause := r.get("app").Status.RootCause; cause == nil || !strings.HasSuffix(cause.Object, "/app.two") {
		t.Errorf("the root cause is %+v", cause)
	}
	r.edit("app.yaml", "[crash, --exit, '3']", "[job]")
	r.ready("app", "True Running")
	r.remove("app.yaml")
	r.eventually("all containers to be removed", func() error {
		if got := r.containers(); len(got) > 0 {
			return fmt.Errorf("the containers are %v", got)
		}
		return nil
	})
}

// TestRestartTrue verifies that a dependent with restart: true is restarted when its
// dependency was replaced, and not when the dependency was restarted.
func TestRestartTrue(t *testing.T) {
	r := newRig(t)
	r.write("db.yaml", manifest("db", "sleep", ""))
	r.write("app.yaml", manifest("app", "sleep", "  dependencies: [{name: db, restart: true}]\n"))
	r.write("web.yaml", manifest("web", "sleep", "  dependencies: [db]\n"))
	r.start()
	r.requireUp("db", "app", "web")
	app, web, db := r.startedAt("app"), r.startedAt("web"), r.startedAt("db")
	docker(t, "kill", r.engineName("db"))
	r.restarted("db", db)
	r.requireUp("db", "app", "web")
	if r.startedAt("app") != app || r.startedAt("web") != web {
		t.Error("a dependent was restarted because its dependency was restarted")
	}
	r.edit("db.yaml", "[sleep]", "[sleep, --ignore-term]")
	r.restarted("app", app)
	r.requireUp("db", "app", "web")
	if r.startedAt("web") != web {
		t.Error("web was restarted without restart: true")
	}
}

// TestDependencyFailed verifies that the dependent of a failed job reports the root
// cause and starts when the job has recovered, and that a dependency cycle is
// reported while all other containers run.
func TestDependencyFailed(t *testing.T) {
	r := newRig(t)
	r.write("migrate.yaml", manifest("migrate", "crash, --exit, '127'", "  restartPolicy: \"no\"\n"))
	r.write("app.yaml", manifest("app", "sleep", "  dependencies: [{name: migrate, condition: completed}]\n"))
	r.write("web.yaml", manifest("web", "sleep", "  dependencies: [app]\n"))
	r.write("maybe.yaml", manifest("maybe", "sleep", "  dependencies: [{name: app, required: false}, {name: ghost, required: false}]\n"))
	r.write("a.yaml", manifest("a", "sleep", "  dependencies: [b]\n"))
	r.write("b.yaml", manifest("b", "sleep", "  dependencies: [a]\n"))
	r.write("lost.yaml", manifest("lost", "sleep", "  dependencies: [ghost]\n"))
	r.start()
	r.requireCondition("web", "Stalled", "True DependencyFailed", "app")
	r.requireCondition("maybe", "Ready", "True Running")
	r.requireCondition("a", "Stalled", "True DependencyCycle", "a -> ", "b -> ")
	r.requireCondition("lost", "Stalled", "True DependencyNotFound", "ghost")
	cause := r.get("web").Status.RootCause
	if cause == nil || !strings.HasSuffix(cause.Object, "/migrate") || !strings.Contains(cause.Message, "command not found") {
		t.Errorf("the root cause is %+v", cause)
	}
	out := r.cli("wait", "web")
	if out.code != 1 || !strings.Contains(out.stderr, "migrate: CommandNotFound") {
		t.Errorf("wait: %d %s", out.code, out.stderr)
	}
	r.edit("migrate.yaml", "crash, --exit, '127'", "job")
	r.ready("web", "True Running")
}

// TestDrift verifies that drift of a container is corrected or, with drift: Warn,
// reported, and that a container without drift is not changed.
func TestDrift(t *testing.T) {
	r := newRig(t)
	tag := "reconciler.dev/" + r.name + ":1"
	docker(t, "tag", "reconciler.dev/demo:1", tag)
	t.Cleanup(func() { _, _ = tryDocker("rmi", tag) })
	for name, more := range map[string]string{"app": "", "warn": "  drift: Warn\n", "ignore": "  drift: Ignore\n"} {
		r.write(name+".yaml", strings.Replace(manifest(name, "sleep", more), "reconciler.dev/demo:1", tag, 1))
	}
	r.start()
	r.requireUp("app", "warn", "ignore")
	before := r.ids()
	// The engine can change the restart policy in place.
	docker(t, "update", "--restart", "always", r.engineName("app"))
	r.eventually("the restart policy of the engine to be no again", func() error {
		if got := docker(t, "inspect", "-f", "{{.HostConfig.RestartPolicy.Name}}", r.engineName("app")); strings.TrimSpace(got) != "no" {
			return fmt.Errorf("the policy is %q", got)
		}
		return nil
	})
	r.requireUp("app", "warn", "ignore")
	r.requireKept(before)
	docker(t, "tag", "reconciler.dev/demo:2", tag)
	r.eventually("app to run the new image", func() error {
		if got := r.ids()["app"]; got == before["app"] {
			return fmt.Errorf("it is the old container")
		}
		return nil
	})
	r.requireCondition("warn", "Synced", "False Drifted", "spec.image")
	r.requireCondition("ignore", "Synced", "True")
	r.requireUp("app", "warn", "ignore")
	r.requireKept(before, "app")
}

// TestUnhealthy verifies that an unhealthy container is restarted with delays, and
// is not restarted with onUnhealthy: ignore.
func TestUnhealthy(t *testing.T) {
	r := newRig(t)
	check := "  healthCheck: {test: [CMD, /demoapp, health, 'http://127.0.0.1:8080/healthz'], interval: 1s, retries: 1}\n"
	r.write("app.yaml", manifest("app", "http, --unhealthy", check))
	r.write("left.yaml", manifest("left", "http, --unhealthy", check+"  onUnhealthy: ignore\n"))
	r.start()
	r.requireCondition("left", "Healthy", "False HealthCheckFailed")
	left := r.startedAt("left")
	r.requireCondition("app", "CrashLooping", "True HealthCheckFailed", "restart ")
	if r.startedAt("left") != left {
		t.Error("the container with onUnhealthy: ignore was restarted")
	}
}
