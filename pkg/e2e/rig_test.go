// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const instanceLabel = "dev.reconciler.instance"

// rig is the environment of a controller: a directory, an instance, a namespace.
type rig struct {
	t *testing.T
	// name is the instance, and the namespace of manifests that set none.
	name string
	// dir contains the manifests, home everything else.
	dir, home string
	events    *recorder
	// env is added to the environment of each command.
	env []string

	controller *exec.Cmd
	exited     chan error
	starts     int
	// round is the number that the last edit of the kill test wrote.
	round int
}

var rigs atomic.Int32

// newRig returns a rig without a controller. At the end of the test it removes all
// objects of the instance.
func newRig(t *testing.T) *rig {
	t.Helper()
	if wedged() {
		restartWedged(t)
	}
	home := t.TempDir()
	r := &rig{t: t, name: fmt.Sprintf("e2e-%d-%d", os.Getpid(), rigs.Add(1)), dir: filepath.Join(home, "manifests"), home: home}
	r.must(os.Mkdir(r.dir, 0o755))
	r.events = record(t, r.name)
	t.Cleanup(r.clear)
	return r
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// engineName returns the engine name of a container in the rig's namespace.
func (r *rig) engineName(name string) string { return name + "." + r.name }

// write replaces a manifest by a rename, as editors do, and returns the time.
func (r *rig) write(file, text string) time.Time {
	r.t.Helper()
	draft := filepath.Join(r.dir, "."+file+".draft")
	r.must(os.WriteFile(draft, []byte(text), 0o600))
	r.must(os.Rename(draft, filepath.Join(r.dir, file)))
	return time.Now()
}

// setenv sets a variable for all later commands.
func (r *rig) setenv(name, value string) { r.env = append(r.env, name+"="+value) }

// save writes a file to home, outside the directory of the manifests.
func (r *rig) save(file, text string) {
	r.t.Helper()
	r.must(os.WriteFile(filepath.Join(r.home, file), []byte(text), 0o600))
}

// edit replaces text in a manifest and returns the time.
func (r *rig) edit(file, old, text string) time.Time {
	r.t.Helper()
	content := r.read(file)
	if !strings.Contains(content, old) {
		r.t.Fatalf("%s does not contain %q", file, old)
	}
	return r.write(file, strings.Replace(content, old, text, 1))
}

func (r *rig) read(file string) string {
	r.t.Helper()
	content, err := os.ReadFile(filepath.Join(r.dir, file))
	r.must(err)
	return string(content)
}

// remove deletes manifests and returns the time.
func (r *rig) remove(files ...string) time.Time {
	r.t.Helper()
	for _, file := range files {
		r.must(os.Remove(filepath.Join(r.dir, file)))
	}
	return time.Now()
}

// command returns a command of the program under test with the rig's instance.
func (r *rig) command(ctx context.Context, args ...string) *exec.Cmd {
	args = append(args, "--instance", r.name, "--socket", filepath.Join(r.home, "s"))
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = r.home
	// By default the race detector delays the exit of each command by a second.
	cmd.Env = append(os.Environ(), "NO_COLOR=1", "GORACE=atexit_sleep_ms=0")
	cmd.Env = append(cmd.Env, r.env...)
	return cmd
}

// result is the output and the exit code of a command.
type result struct {
	stdout, stderr string
	code           int
}

// cli runs a command of the program and returns its result.
func (r *rig) cli(args ...string) result {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	cmd := r.command(ctx, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		r.t.Fatalf("reconciler %s: %v %v\n%s%s", strings.Join(args, " "), err, ctx.Err(), stdout.String(), stderr.String())
	}
	if strings.Contains(stderr.String(), "DATA RACE") {
		r.t.Errorf("reconciler %s:\n%s", strings.Join(args, " "), stderr.String())
	}
	return result{stdout: stdout.String(), stderr: stderr.String(), code: cmd.ProcessState.ExitCode()}
}

// expect runs a command, fails the test unless it exits with the code, and returns
// its standard output.
func (r *rig) expect(code int, args ...string) string {
	r.t.Helper()
	got := r.cli(args...)
	if got.code != code {
		r.t.Fatalf("reconciler %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got.code, code, got.stdout, got.stderr)
	}
	return got.stdout
}

// start runs the controller in the background until stop, kill or the end of the
// test.
func (r *rig) start(args ...string) {
	r.t.Helper()
	r.starts++
	log, err := os.Create(filepath.Join(r.home, fmt.Sprintf("controller-%d.log", r.starts)))
	r.must(err)
	defer func() { _ = log.Close() }()
	cmd := r.command(context.Background(), append([]string{"run", r.dir, "-n", r.name, "--log-level", "debug"}, args...)...)
	cmd.Stdout, cmd.Stderr = log, log
	r.must(cmd.Start())
	r.controller, r.exited = cmd, make(chan error, 1)
	go func(exited chan<- error) { exited <- cmd.Wait() }(r.exited)
}

// stop interrupts the controller, like Ctrl-C, and checks that it exits with 0.
func (r *rig) stop() {
	r.t.Helper()
	if err := r.signal(syscall.SIGINT); err != nil {
		r.t.Errorf("the controller exited with an error: %v", err)
	}
}

// kill kills the controller, which then cannot clean up.
func (r *rig) kill() {
	r.t.Helper()
	_ = r.signal(syscall.SIGKILL)
}

// signal sends a signal to the controller, if it runs, and returns the result of
// its exit.
func (r *rig) signal(sig os.Signal) error {
	r.t.Helper()
	if r.controller == nil {
		return nil
	}
	_ = r.controller.Process.Signal(sig)
	r.controller = nil
	select {
	case err := <-r.exited:
		return err
	case <-time.After(patience):
		r.t.Fatalf("the controller does not exit after %v", sig)
		return nil
	}
}

// eventually repeats check until it returns no error. After the time limit it
// restarts the engine once, if that hangs, and otherwise fails the test.
func (r *rig) eventually(what string, check func() error) {
	r.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for _, last := range []bool{false, true} {
		for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
			if check() == nil {
				return
			}
		}
		if last || !wedged() {
			break
		}
		restartWedged(r.t)
	}
	if err := check(); err != nil {
		r.t.Fatalf("waited for %s: %v", what, err)
	}
}

// object is the output of `get -o json` for one object.
type object struct {
	Kind     string
	Metadata struct{ Name, Namespace string }
	Status   struct {
		Conditions []struct{ Type, Status, Reason, Message string }
		Phase      string
		Restarts   int
		Endpoints  []string
		RootCause  *struct{ Object, Reason, Message, Hint string }
	}
}

// condition returns the condition of a type as "Status Reason: message". It is
// empty if the object does not have the condition.
func (o object) condition(kind string) string {
	for _, c := range o.Status.Conditions {
		if c.Type == kind {
			return c.Status + " " + c.Reason + ": " + c.Message
		}
	}
	return ""
}

// get returns the object "kind/name". It is the zero object if there is none.
func (r *rig) get(name string) object {
	r.t.Helper()
	var o object
	got := r.cli("get", name, "-n", r.name, "-o", "json")
	if got.code == 0 {
		r.must(json.Unmarshal([]byte(got.stdout), &o))
	}
	return o
}

// requireCondition waits until the text of the object's condition begins with
// prefix, which is "Status Reason", and contains the other texts.
func (r *rig) requireCondition(name, kind, prefix string, texts ...string) {
	r.t.Helper()
	r.eventually(fmt.Sprintf("%s to have %s=%s", name, kind, prefix), func() error {
		got := r.get(name).condition(kind)
		if !strings.HasPrefix(got, prefix) {
			return fmt.Errorf("the condition is %q", got)
		}
		for _, text := range texts {
			if !strings.Contains(got, text) {
				return fmt.Errorf("%q does not contain %q", got, text)
			}
		}
		return nil
	})
}

// requireUp waits until exactly the named containers exist and are up, every
// object is Ready, and `diff` finds nothing to change.
func (r *rig) requireUp(names ...string) {
	r.t.Helper()
	r.eventually(strings.Join(names, ", ")+" to be up", func() error { return r.allUp(names...) })
	r.expect(0, "wait", "--for=condition=Ready", "--all", "-n", r.name, "--timeout", "2m")
	r.eventually("no pending changes", func() error {
		if got := r.cli("diff", r.dir, "-n", r.name); got.code != 0 {
			return fmt.Errorf("diff exits with %d: %s%s", got.code, got.stdout, got.stderr)
		}
		return nil
	})
}
