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

// private is an engine that only one test uses, in a separate network namespace.
// The test may stop, kill and freeze it.
type private struct {
	t   *testing.T
	dir string
}

// newPrivate starts an engine that all docker commands and controllers of the test
// use. If disk is set to a size, such as "64m", the engine has a disk of that size.
func newPrivate(t *testing.T, disk string) *private {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can start a private engine")
	}
	// The path of the test's own directory may be too long for a socket.
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
	// Two engines in one network namespace would use the same bridge.
	p.command("unshare", "--net", filepath.Join(root, "hack", "engine.sh"), verb)
}

func (p *private) command(command ...string) {
	p.t.Helper()
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
		p.t.Fatalf("%v: %v\n%s", command, err, out)
	}
}

// signal sends a signal to the process of the engine.
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

// TestEngineFails verifies that the controller reports an engine that is stopped,
// killed or frozen, and afterwards starts the same containers in the order of
// their dependencies.
func TestEngineFails(t *testing.T) {
	engine := newPrivate(t, "")
	r, port := newShop(t)
	// In the private network namespace the loopback device is down.
	r.edit("proxy.yaml", "  ports: [{host: "+port+", container: 80}]\n", "")
	r.start("--resync", "2s")
	r.requireUp(shop...)
	before := r.ids()

	for name, fail := range map[string]func(){
		"restart": func() { engine.script("stop") },
		"kill":    func() { engine.signal(syscall.SIGKILL) },
	} {
		t.Run(name, func(t *testing.T) {
			was := r.containers()
			fail()
			r.eventually("a report that the engine is down", func() error { return r.holds("does not answer", "status") })
			r.requireCondition("container/app", "Ready", "Unknown EngineUnreachable")
			engine.script("start")
			r.requireUp(shop...)
			r.requireKept(before)
			now := r.containers()
			for _, edge := range [][2]string{{"db", "app"}, {"cache", "app"}, {"app", "proxy"}} {
				first, then := now[r.engineName(edge[0])].State.StartedAt, now[r.engineName(edge[1])].State.StartedAt
				if first >= then {
					t.Errorf("%s started at %s, after its dependent %s at %s", edge[0], first, edge[1], then)
				}
			}
			if a, b := was[r.engineName("db")].State.StartedAt, now[r.engineName("db")].State.StartedAt; a == b {
				t.Error("db was not restarted: the engine did not fail")
			}
		})
	}
	t.Run("freeze", func(t *testing.T) {
		was := r.containers()
		engine.signal(syscall.SIGSTOP)
		r.requireCondition("container/app", "Ready", "Unknown EngineUnresponsive")
		engine.signal(syscall.SIGCONT)
		r.requireUp(shop...)
		r.requireKept(before)
		if a, b := was[r.engineName("db")].State.StartedAt, r.containers()[r.engineName("db")].State.StartedAt; a != b {
			t.Error("db was restarted although the engine was only frozen")
		}
	})
}

// TestDiskFull verifies that a container keeps running if the disk is too full to
// replace it, and is replaced when there is space again.
func TestDiskFull(t *testing.T) {
	engine := newPrivate(t, "96m")
	r := newRig(t)
	r.write("app.yaml", manifest("app", "sleep", "  env: {V: \"1\"}\n"))
	r.start()
	r.requireUp("app")
	before := r.ids()

	filler := filepath.Join(engine.dir, "filler")
	// dd exits with an error, because it fills the disk.
	_ = exec.Command("dd", "if=/dev/zero", "of="+filler, "bs=4k").Run()
	r.edit("app.yaml", `"1"`, `"2"`)
	r.requireCondition("container/app", "Stalled", "True DiskFull", "free disk space")
	if err := r.allUp("app"); err != nil {
		t.Errorf("the old container is not up: %v", err)
	}
	r.requireKept(before)
	r.must(os.Remove(filler))
	r.eventually("the new container", r.runs("app", func(c container) bool { return strings.Contains(strings.Join(c.Config.Env, " "), "V=2") }))
	r.requireUp("app")
}
