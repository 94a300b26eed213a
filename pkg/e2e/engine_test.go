// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// private is an engine of the test's own, in a network of its own, that can be
// stopped, killed and frozen.
type private struct {
	t   *testing.T
	dir string
}

// newPrivate starts an engine and has all docker commands and controllers of the
// test use it. Its disk is one of its own when a size is given, such as "64m".
func newPrivate(t *testing.T, disk string) *private {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can start an engine of its own")
	}
	// Not below the test's own directory, whose name may be too long for a socket.
	dir, err := os.MkdirTemp("", "e2e-engine-")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("RECONCILER_ENGINE_DIR", dir)
	t.Setenv("DOCKER_HOST", "unix://"+filepath.Join(dir, "docker.sock"))
	p := &private{t: t, dir: dir}
	if disk != "" {
		p.command("mount", "-t", "tmpfs", "-o", "size="+disk, "tmpfs", dir)
		t.Cleanup(func() { p.command("umount", dir); _ = os.Remove(dir) })
		t.Cleanup(func() { p.script("stop") })
	} else {
		t.Cleanup(func() { p.script("purge") })
	}
	p.script("start")
	if out, err := exec.Command(filepath.Join(root, "hack", "images.sh")).CombinedOutput(); err != nil {
		t.Fatalf("hack/images.sh: %v\n%s", err, out)
	}
	return p
}

// script runs hack/engine.sh on the engine.
func (p *private) script(verb string) {
	p.t.Helper()
	// A second engine in one network would fight with the first for its bridge.
	p.command("unshare", "--net", filepath.Join(root, "hack", "engine.sh"), verb)
}

func (p *private) command(command ...string) {
	p.t.Helper()
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
		p.t.Fatalf("%v: %v\n%s", command, err, out)
	}
}

// signal sends the engine a signal behind everybody's back.
func (p *private) signal(sig syscall.Signal) {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, "dockerd.pid"))
	if err != nil {
		p.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		p.t.Fatal(err)
	}
	if err := syscall.Kill(pid, sig); err != nil {
		p.t.Fatal(err)
	}
}

// TestEngineFails has the engine restarted, killed and frozen beneath a running
// controller: it says so, and afterwards all is as it was, the same containers,
// started in the order of their dependencies.
func TestEngineFails(t *testing.T) {
	engine := newPrivate(t, "")
	r, port := newShop(t)
	// In a network of its own not even the loopback device is up.
	r.edit("proxy.yaml", "  ports: [{host: "+port+", container: 80}]\n", "")
	r.start("--resync", "2s")
	r.requireUp(shop...)
	before := r.ids()

	for name, fail := range map[string]func(){
		"a restart": func() { engine.script("stop") },
		"a kill":    func() { engine.signal(syscall.SIGKILL) },
	} {
		t.Run(name, func(t *testing.T) {
			was := r.containers()
			fail()
			r.eventually("the engine's absence to be told", func() error { return r.holds("does not answer", "status") })
			r.requireCondition("container/app", "Ready", "Unknown EngineUnreachable")
			engine.script("start")
			r.requireUp(shop...)
			r.requireKept(before)
			now := r.containers()
			for _, edge := range [][2]string{{"db", "app"}, {"cache", "app"}, {"app", "proxy"}} {
				first, then := now[r.engineName(edge[0])].State.StartedAt, now[r.engineName(edge[1])].State.StartedAt
				if first >= then {
					t.Errorf("%s started at %s, after %s at %s, which needs it", edge[0], first, edge[1], then)
				}
			}
			if a, b := was[r.engineName("db")].State.StartedAt, now[r.engineName("db")].State.StartedAt; a == b {
				t.Error("db was not restarted: the engine did not fail")
			}
		})
	}
	t.Run("a freeze", func(t *testing.T) {
		was := r.containers()
		engine.signal(syscall.SIGSTOP)
		r.requireCondition("container/app", "Ready", "Unknown EngineUnresponsive")
		engine.signal(syscall.SIGCONT)
		r.requireUp(shop...)
		r.requireKept(before)
		if a, b := was[r.engineName("db")].State.StartedAt, r.containers()[r.engineName("db")].State.StartedAt; a != b {
			t.Error("db was restarted because the engine did not answer for a while")
		}
	})
}

// TestDiskFull finds that a container which cannot be replaced, for want of
// space, goes on, and is replaced once there is some.
func TestDiskFull(t *testing.T) {
	engine := newPrivate(t, "96m")
	r := newRig(t)
	r.write("app.yaml", manifest("app", "sleep", "  env: {V: \"1\"}\n"))
	r.start()
	r.requireUp("app")
	before := r.ids()

	filler := filepath.Join(engine.dir, "filler")
	// dd ends with an error when the disk is full, which is what is wanted.
	_ = exec.Command("dd", "if=/dev/zero", "of="+filler, "bs=4k").Run()
	r.edit("app.yaml", `"1"`, `"2"`)
	r.requireCondition("container/app", "Stalled", "True DiskFull", "free disk space")
	if err := r.allUp("app"); err != nil {
		t.Errorf("the old container has not been left alone: %v", err)
	}
	r.requireKept(before)
	r.must(os.Remove(filler))
	r.eventually("the new one", r.runs("app", func(c container) bool { return strings.Contains(strings.Join(c.Config.Env, " "), "V=2") }))
	r.requireUp("app")
}
