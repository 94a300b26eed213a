// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// manifest returns the manifest of a container of the demo image; more is the rest
// of its spec.
func manifest(name, command, more string) string {
	return fmt.Sprintf("apiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: %s}\n"+
		"spec:\n  image: reconciler.dev/demo:1\n  stopGracePeriod: 2s\n  command: [%s]\n%s", name, command, more)
}

// ready waits until the Ready condition begins with a prefix.
func (r *rig) ready(name, prefix string) {
	r.t.Helper()
	r.eventually(name+" to be "+prefix, func() error {
		if got := r.get(name).condition("Ready"); !strings.HasPrefix(got, prefix) {
			return fmt.Errorf("%s is %s", name, got)
		}
		return nil
	})
}

// startedAt returns the time of the last start of a container.
func (r *rig) startedAt(name string) string {
	return r.containers()[r.engineName(name)].State.StartedAt
}

// TestUserStop verifies that a container with unless-stopped stays stopped after
// docker stop until it is started or changed, and is restarted after a crash.
func TestUserStop(t *testing.T) {
	r := newRig(t)
	r.write("app.yaml", manifest("app", "sleep", "  restartPolicy: unless-stopped\n"))
	r.write("crash.yaml", manifest("crash", "crash, --exit, '0', --after, 3s", "  restartPolicy: unless-stopped\n"))
	r.start()
	r.ready("app", "True Running")
	docker(t, "stop", r.engineName("app"))
	r.ready("app", "False StoppedByUser")
	r.eventually("crash to be restarted", func() error {
		if got := r.expect(0, "events", "--for", "ct/crash"); !strings.Contains(got, "Restarted") {
			return fmt.Errorf("events: %s", got)
		}
		return nil
	})
	stopped := r.startedAt("app")
	r.kill()
	r.start()
	r.ready("app", "False StoppedByUser")
	if got := r.startedAt("app"); got != stopped {
		t.Errorf("a new controller started it at %s", got)
	}
	r.expect(0, "start", "app")
	r.ready("app", "True Running")
	docker(t, "stop", r.engineName("app"))
	r.ready("app", "False StoppedByUser")
	r.edit("app.yaml", "[sleep]", "[sleep, --ignore-term]")
	r.ready("app", "True Running")
}

// TestCommands verifies the effect of each command on a container, and that a hold
// outlives the controller.
func TestCommands(t *testing.T) {
	r := newRig(t)
	r.write("db.yaml", manifest("db", "sleep", ""))
	r.write("app.yaml", manifest("app", "sleep", "  dependencies: [db]\n"))
	r.start()
	r.ready("app", "True Running")
	before := r.startedAt("app")
	r.expect(0, "stop", "db")
	r.ready("db", "False StoppedByUser")
	if c := r.containers()[r.engineName("db")]; c.up() {
		t.Errorf("db is %+v", c.State)
	}
	r.stop()
	r.start()
	r.ready("app", "True Running")
	r.ready("db", "False StoppedByUser")
	if got := r.expect(1, "diff", r.dir, "-n", r.name); !strings.Contains(got, "StoppedByUser") || strings.Contains(got, "start container") {
		t.Errorf("diff does not respect the hold:\n%s", got)
	}
	out := r.cli("wait", "db")
	if out.code != 1 || !strings.Contains(out.stderr, "reconciler start db") {
		t.Errorf("wait: %d %s", out.code, out.stderr)
	}
	r.expect(0, "start", "db")
	r.ready("db", "True Running")
	if got := r.startedAt("app"); got != before {
		t.Errorf("app was restarted because its dependency was stopped")
	}
	r.expect(0, "restart", "app")
	r.eventually("another start of app", func() error {
		if got := r.startedAt("app"); got == before {
			return fmt.Errorf("started at %s", got)
		}
		return nil
	})
	r.ready("app", "True Running")
	r.expect(0, "suspend", "app")
	r.eventually("app to be suspended", func() error {
		if got := r.get("app").condition("Suspended"); !strings.HasPrefix(got, "True") {
			return fmt.Errorf("Suspended is %q", got)
		}
		return nil
	})
	docker(t, "rm", "-f", r.engineName("app"))
	r.ready("app", "False Suspended")
	r.expect(0, "resume", "app")
	r.ready("app", "True Running")
	docker(t, "pause", r.engineName("app"))
	r.ready("app", "False Paused")
	docker(t, "unpause", r.engineName("app"))
	r.ready("app", "True Running")
}

// TestJobs verifies that a job runs once, runs again when its manifest changes, and
// does not run again when the controller restarts.
func TestJobs(t *testing.T) {
	r := newRig(t)
	r.write("job.yaml", manifest("job", "job, --after, 300ms", "  restartPolicy: on-failure\n"))
	r.write("app.yaml", manifest("app", "sleep", "  dependencies: [{name: job, condition: completed}]\n"))
	r.start()
	r.ready("job", "True Completed")
	r.ready("app", "True Running")
	was := r.startedAt("job")
	r.kill()
	r.start()
	r.ready("job", "True Completed")
	if got := r.startedAt("job"); got != was {
		t.Errorf("a new controller ran it again at %s", got)
	}
	r.edit("job.yaml", "300ms", "200ms")
	r.eventually("another run", func() error {
		if got := r.startedAt("job"); got == was || got == "" {
			return fmt.Errorf("started at %q", got)
		}
		return nil
	})
	r.ready("job", "True Completed")
}

// TestCrashLoop verifies that a crash loop is delayed and reported, and that the
// end of the chain reports the root cause with the log and a hint.
func TestCrashLoop(t *testing.T) {
	r := newRig(t)
	r.write("db.yaml", manifest("db", "crash, --exit, '139', --after, 100ms", ""))
	r.write("app.yaml", manifest("app", "sleep", "  dependencies: [{name: db, condition: healthy}]\n"))
	r.write("web.yaml", manifest("web", "sleep", "  dependencies: [app]\n"))
	r.start()
	r.eventually("a crash loop", func() error {
		if got := r.get("db").condition("CrashLooping"); !strings.HasPrefix(got, "True BackOff") || !strings.Contains(got, "SIGSEGV") {
			return fmt.Errorf("CrashLooping is %q", got)
		}
		return nil
	})
	out := r.cli("wait", "web", "--timeout", "1s").stderr
	for _, text := range []string{"Container/" + r.name + "/db: BackOff: exited with code 139", "hint: ", "log: crash: exits with 139 after 100ms"} {
		if !strings.Contains(out, text) {
			t.Errorf("the output of wait does not contain %q:\n%s", text, out)
		}
	}
	if got := r.expect(0, "describe", "web"); !strings.Contains(got, "log: crash: exits with 139") {
		t.Errorf("the output of describe is\n%s", got)
	}
	if got := r.expect(0, "get", "db", "-o", "json"); !strings.Contains(got, "nextRestartAt") {
		t.Errorf("the next start is not reported: %s", got)
	}
}
