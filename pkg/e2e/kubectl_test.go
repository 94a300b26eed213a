// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// kubectl is one kubectl to drive the API with.
type kubectl struct {
	path    string
	version string // such as "v1.37.2"
}

// kubectls are the one that is pinned, and those that this machine has.
func kubectls(t *testing.T) []kubectl {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(root, "hack", "kubectl.sh"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("build kubectl: %v", err)
	}
	paths := []string{strings.TrimSpace(string(out))}
	paths = append(paths, filepath.SplitList(os.Getenv("RECONCILER_KUBECTL"))...)
	if path, err := exec.LookPath("kubectl"); err == nil {
		paths = append(paths, path)
	}
	var all []kubectl
	for _, path := range paths {
		data, err := exec.CommandContext(t.Context(), path, "version", "--client", "-o", "json").Output()
		var v struct{ ClientVersion struct{ GitVersion string } }
		if err != nil || json.Unmarshal(data, &v) != nil {
			t.Fatalf("%s says no version: %v", path, err)
		}
		all = append(all, kubectl{path, v.ClientVersion.GitVersion})
	}
	return all
}

// minor is 37 of v1.37.2.
func (k kubectl) minor() (n int) {
	_, _ = fmt.Sscanf(k.version, "v1.%d", &n)
	return n
}

// TestKubectl plays the scripts below testdata/kubectl with each kubectl. The
// condition [since:N] holds for a kubectl of 1.N and later.
func TestKubectl(t *testing.T) {
	for _, k := range kubectls(t) {
		t.Run(k.version, func(t *testing.T) { k.play(t, "testdata/kubectl") })
	}
}

func (k kubectl) play(t *testing.T, dir string) {
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               func(e *testscript.Env) error { return k.setup(t, e) },
		Condition: func(name string) (bool, error) {
			var minor int
			if _, err := fmt.Sscanf(name, "since:%d", &minor); err != nil {
				return false, fmt.Errorf("unknown condition %s", name)
			}
			return k.minor() >= minor, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"eventually": eventually},
	})
}

// setup gives a script the two programs and an instance of its own.
func (k kubectl) setup(t *testing.T, e *testscript.Env) error {
	bin := filepath.Join(e.WorkDir, ".bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		return err
	}
	for name, to := range map[string]string{"kubectl": k.path, "reconciler": binary} {
		if err := os.Symlink(to, filepath.Join(bin, name)); err != nil {
			return err
		}
	}
	short, err := os.MkdirTemp("", "rk") // paths of sockets have to be short
	if err != nil {
		return err
	}
	e.Defer(func() { _ = os.RemoveAll(short) })
	e.Setenv("PATH", bin+string(filepath.ListSeparator)+e.Getenv("PATH"))
	e.Setenv("XDG_RUNTIME_DIR", short)
	e.Setenv("RECONCILER_SOCKET", short+"/s")
	e.Setenv("XDG_STATE_HOME", os.Getenv("XDG_STATE_HOME"))
	instance := fmt.Sprintf("e2e-kubectl-%d-%d", os.Getpid(), rigs.Add(1))
	e.Setenv("RECONCILER_INSTANCE", instance)
	e.Defer(func() { // what a script that failed has left; nothing after one that did not
		down := exec.Command(binary, "down", "--volumes", "--timeout", "1s", "--instance", instance, "--socket", short+"/s")
		down.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+short)
		if out, err := down.CombinedOutput(); err != nil {
			t.Errorf("reconciler down: %v\n%s", err, out)
		}
	})
	e.Setenv("KUBECONFIG", e.WorkDir+"/config")
	e.Setenv("HOME", e.WorkDir)
	e.Setenv("GORACE", "atexit_sleep_ms=0")
	return nil
}

// eventually is `eventually PROGRAM ARG..`: it runs the program until that ends
// well.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: eventually PROGRAM ARG..")
	}
	limit := time.After(patience)
	for ts.Exec(args[0], args[1:]...) != nil {
		select {
		case <-time.After(50 * time.Millisecond):
		case <-limit:
			ts.Fatalf("it never does")
		}
	}
}

// TestKubectlInside plays the scripts below testdata/kubectl-engine: they look
// into containers of a real engine.
func TestKubectlInside(t *testing.T) {
	for _, k := range kubectls(t) {
		t.Run(k.version, func(t *testing.T) { k.play(t, "testdata/kubectl-engine") })
	}
}
