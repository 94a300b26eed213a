// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
)

// execution is a command in a container: its own arguments come last.
func (r *rig) execution(ctx context.Context, flags string, name string, command ...string) *exec.Cmd {
	cmd := r.command(ctx, "exec", flags, name)
	cmd.Args = append(append(cmd.Args, "--"), command...)
	return cmd
}

// TestLogsFollow finds a log that is followed to go on over a crash, a restart and
// a replacement, each line once, and to end with the object.
func TestLogsFollow(t *testing.T) {
	r := newRig(t)
	r.write("app.yaml", manifest("app", "sleep", ""))
	r.start()
	r.requireUp("app")
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	follow := r.command(ctx, "logs", "-f", "app", "-n", r.name)
	var out, errs bytes.Buffer
	follow.Stdout, follow.Stderr = &out, &errs
	r.must(follow.Start())

	before := r.startedAt("app")
	docker(t, "kill", r.engineName("app"))
	r.restarted("app", before)
	before = r.startedAt("app")
	r.expect(0, "restart", "app")
	r.restarted("app", before)
	id := r.ids()["app"]
	r.edit("app.yaml", "demo:1", "demo:2")
	r.eventually("a replacement", func() error {
		if r.ids()["app"] == id {
			return errors.New("it is the old one")
		}
		return nil
	})
	r.requireUp("app")
	r.remove("app.yaml")
	if err := follow.Wait(); err != nil || errs.Len() > 0 {
		t.Errorf("logs -f: %v\n%s", err, errs.String())
	}
	const started, stopped = "sleep: started", "sleep: stopped"
	want := []string{started, started, stopped, started, stopped, started, stopped, ""}
	if diff := cmp.Diff(want, strings.Split(out.String(), "\n")); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// TestLogsPrevious tells the log of the run before from those of all others.
func TestLogsPrevious(t *testing.T) {
	r := newRig(t)
	r.write("app.yaml", manifest("app", "sleep", ""))
	r.start()
	r.requireUp("app")
	if got := r.cli("logs", "-p", "app"); got.code != 1 || !strings.Contains(got.stderr, "not found") {
		t.Errorf("of the first run: %+v", got)
	}
	for range 2 {
		before := r.startedAt("app")
		docker(t, "kill", r.engineName("app"))
		r.restarted("app", before)
		r.requireUp("app")
	}
	if got := r.expect(0, "logs", "app"); got != strings.Repeat("sleep: started\n", 3) {
		t.Errorf("of all runs: %q", got)
	}
	if got := r.expect(0, "logs", "-p", "app", "--tail", "5"); got != "sleep: started\n" {
		t.Errorf("of the run before: %q", got)
	}
	r.edit("app.yaml", "demo:1", "demo:2")
	r.eventually("the replaced container's log to be gone", func() error {
		if got := r.cli("logs", "-p", "app"); got.code != 1 {
			return fmt.Errorf("%+v", got)
		}
		return nil
	})
}

// TestLooking asks a real container for its log, its ports and its fields.
func TestLooking(t *testing.T) {
	r := newRig(t)
	r.write("web.yaml", manifest("web", "http", "  ports: [{container: 8080}]\n"))
	r.write("app.yaml", manifest("app", "sleep", "  dependencies: [{name: web, condition: started}]\n"))
	r.start("--metrics-interval", "1s")
	r.requireUp("web", "app")
	if got := r.expect(0, "logs", "app", "web", "-n", r.name); !strings.Contains(got, "app | sleep: started\n") || !strings.Contains(got, "web | ") {
		t.Errorf("logs:\n%s", got)
	}
	if got := r.expect(0, "logs", "app", "--tail", "0"); got != "" {
		t.Errorf("logs --tail 0: %q", got)
	}
	engineSays := strings.TrimSpace(docker(t, "port", r.engineName("web"), "8080/tcp"))
	if got := strings.TrimSpace(r.expect(0, "port", "web", "8080")); got != engineSays {
		t.Errorf("port: %q, and the engine says %q", got, engineSays)
	}
	if got := r.expect(0, "get", "app", "-o", "jsonpath={.status.engineName}"); got != r.engineName("app") {
		t.Errorf("jsonpath: %q", got)
	}
	if got := r.expect(0, "get", "ct", "-o", "custom-columns=NAME:.metadata.name,PHASE:.status.phase", "--sort-by", ".metadata.name"); got !=
		"NAME   PHASE\napp    Running\nweb    Running\n" {
		t.Errorf("custom columns:\n%s", got)
	}
	r.eventually("samples of both containers", func() error {
		got := r.cli("top", "-n", r.name, "--no-headers")
		if lines := strings.Split(strings.TrimSpace(got.stdout), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[0], "app ") {
			return fmt.Errorf("top: %s%s", got.stdout, got.stderr)
		}
		return nil
	})
	if got := r.expect(0, "graph"); !strings.Contains(got, "/web (started): Ready") {
		t.Errorf("graph:\n%s", got)
	}
}

// TestExecInContainers runs commands in a real container.
func TestExecInContainers(t *testing.T) {
	r := newRig(t)
	r.write("app.yaml", manifest("app", "sleep", ""))
	r.start()
	r.requireUp("app")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()

	cmd := r.execution(ctx, "--stdin=false", "app", "/demoapp", "say", "--exit", "7", "--stderr", "to stderr", "to stdout")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if cmd.ProcessState.ExitCode() != 7 || out.String() != "to stdout\n" || !strings.HasPrefix(errs.String(), "to stderr\n") {
		t.Errorf("say: %v\n%s%s", err, out.String(), errs.String())
	}
	cmd = r.execution(ctx, "-i", "app", "/demoapp", "copy")
	input := bytes.Repeat([]byte("0123456789abcde\n"), 1<<16) // 1 MiB
	cmd.Stdin = bytes.NewReader(input)
	if got, err := cmd.Output(); err != nil || !bytes.Equal(got, input) {
		t.Errorf("copy: %v, %d of %d bytes", err, len(got), len(input))
	}
	terminal, err := pty.StartWithSize(r.execution(ctx, "-it", "app", "/demoapp", "term"), &pty.Winsize{Rows: 41, Cols: 123})
	r.must(err)
	defer func() { _ = terminal.Close() }()
	if got, _ := io.ReadAll(terminal); !strings.Contains(string(got), "123x41") { // ends with EIO
		t.Errorf("term: %q", got)
	}
}

// TestTopOnATerminal has a table redrawn in place, with what comes to run.
func TestTopOnATerminal(t *testing.T) {
	r := newRig(t)
	r.write("app.yaml", manifest("app", "sleep", ""))
	r.start("--metrics-interval", "1s")
	r.requireUp("app")
	user := r.open(r.command(t.Context(), "top", "-w", "-n", r.name))
	user.shows("\napp ")
	r.write("web.yaml", manifest("web", "http", ""))
	user.shows("\nweb ")
	r.remove("app.yaml")
	r.eventually("one table with what runs", func() error {
		if text := user.screen.text(); strings.Count(text, "NAME") != 1 || strings.Contains(text, "\napp ") || !strings.Contains(text, "\nweb ") {
			return fmt.Errorf("it shows\n%s", text)
		}
		return nil
	})
	user.press("\x03") // Ctrl-C
	user.waits()
}

// TestView drives the live view of a controller over a real engine.
func TestView(t *testing.T) {
	r := newRig(t)
	r.write("db.yaml", manifest("db", "sleep", ""))
	r.write("app.yaml", manifest("app", "sleep", "  dependencies: [db]\n"))
	cmd := r.command(t.Context(), "run", r.dir, "-n", r.name)
	cmd.Env = append(slices.DeleteFunc(cmd.Env, func(v string) bool { return strings.HasPrefix(v, "NO_COLOR") }), "TERM=xterm-256color")
	user := r.open(cmd)
	user.shows("2 of 2 ready")
	started := r.startedAt("app")
	user.press("r")
	r.restarted("app", started)
	user.shows("2 of 2 ready")
	user.press("l")
	user.shows("sleep: stopped")
	user.press("qx")
	user.shows("app                  Stopped")
	user.press("x")
	user.shows("2 of 2 ready")
	docker(t, "pause", r.engineName("db"))
	user.shows("db                   Paused")
	docker(t, "unpause", r.engineName("db"))
	user.shows("2 of 2 ready")
	user.press("q")
	user.waits()
	user.shows("what it started goes on running")
}
