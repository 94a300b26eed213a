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

// execution returns a command that runs another command in a container.
func (r *rig) execution(ctx context.Context, flags string, name string, command ...string) *exec.Cmd {
	cmd := r.command(ctx, "exec", flags, name)
	cmd.Args = append(append(cmd.Args, "--"), command...)
	return cmd
}

// TestLogsFollow verifies that a followed log continues after a crash, a restart
// and a replacement, has each line once, and ends with the object.
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
			return errors.New("it is the old container")
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

// TestLogsPrevious verifies that logs -p prints the log of the previous run only.
func TestLogsPrevious(t *testing.T) {
	r := newRig(t)
	r.write("app.yaml", manifest("app", "sleep", ""))
	r.start()
	r.requireUp("app")
	if got := r.cli("logs", "-p", "app"); got.code != 1 || !strings.Contains(got.stderr, "not found") {
		t.Errorf("previous log of the first run: %+v", got)
	}
	for range 2 {
		before := r.startedAt("app")
		docker(t, "kill", r.engineName("app"))
		r.restarted("app", before)
		r.requireUp("app")
	}
	if got := r.expect(0, "logs", "app"); got != strings.Repeat("sleep: started\n", 3) {
		t.Errorf("log of all runs: %q", got)
	}
	if got := r.expect(0, "logs", "-p", "app", "--tail", "5"); got != "sleep: started\n" {
		t.Errorf("log of the previous run: %q", got)
	}
	r.edit("app.yaml", "demo:1", "demo:2")
	r.eventually("the log of the replaced container to be removed", func() error {
		if got := r.cli("logs", "-p", "app"); got.code != 1 {
			return fmt.Errorf("%+v", got)
		}
		return nil
	})
}

// TestReadCommands verifies the commands that print the log, the ports and the
// fields of a real container.
func TestReadCommands(t *testing.T) {
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
	want := strings.TrimSpace(docker(t, "port", r.engineName("web"), "8080/tcp"))
	if got := strings.TrimSpace(r.expect(0, "port", "web", "8080")); got != want {
		t.Errorf("port: %q, want %q", got, want)
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

// TestExecInContainers verifies exec in a real container: exit code, streams, input
// and terminal.
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

// TestTopOnATerminal verifies that top -w redraws its table in place, with
// containers that start and without those that end.
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
	r.eventually("one table of the running containers", func() error {
		if text := user.screen.text(); strings.Count(text, "NAME") != 1 || strings.Contains(text, "\napp ") || !strings.Contains(text, "\nweb ") {
			return fmt.Errorf("the screen shows\n%s", text)
		}
		return nil
	})
	user.press("\x03") // Ctrl-C
	user.waits()
}

// TestView verifies the keys of the live view with a real engine.
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
	user.shows("These containers keep running")
}
