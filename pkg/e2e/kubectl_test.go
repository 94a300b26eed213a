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

// kubectl is a version of kubectl.
type kubectl struct {
	path    string
	version string // for example "v1.37.2"
}

// kubectls returns the pinned kubectl and the installed ones.
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
			t.Fatalf("%s printed no version: %v", path, err)
		}
		all = append(all, kubectl{path, v.ClientVersion.GitVersion})
	}
	return all
}

// minor returns the minor version, 37 for v1.37.2.
func (k kubectl) minor() (n int) {
	_, _ = fmt.Sscanf(k.version, "v1.%d", &n)
	return n
}

// TestKubectl runs the scripts in testdata/kubectl with each kubectl. The condition
// [since:N] is true for kubectl 1.N and later.
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

// setup provides the two programs and a separate instance to a script.
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
	short, err := os.MkdirTemp("", "rk") // the paths of sockets must be short
	if err != nil {
		return err
	}
	e.Defer(func() { _ = os.RemoveAll(short) })
	e.Setenv("PATH", bin+string(filepath.ListSeparator)+e.Getenv("PATH"))
	for _, name := range []string{"DOCKER_HOST", "DOCKER_CONTEXT"} { // the engine of the suite
		if value, set := os.LookupEnv(name); set {
			e.Setenv(name, value)
		}
	}
	e.Setenv("XDG_RUNTIME_DIR", short)
	e.Setenv("RECONCILER_SOCKET", short+"/s")
	e.Setenv("XDG_STATE_HOME", os.Getenv("XDG_STATE_HOME"))
	instance := fmt.Sprintf("e2e-kubectl-%d-%d", os.Getpid(), rigs.Add(1))
	e.Setenv("RECONCILER_INSTANCE", instance)
	e.Defer(func() { // a script that fails may leave objects
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

// eventually implements `eventually PROGRAM ARG..`: it runs the program until that
// exits with 0.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: eventually PROGRAM ARG..")
	}
	limit := time.After(patience)
	for ts.Exec(args[0], args[1:]...) != nil {
		select {
		case <-time.After(50 * time.Millisecond):
		case <-limit:
			ts.Fatalf("%s still fails after %v", args[0], patience)
		}
	}
}

// TestKubectlInside runs the scripts in testdata/kubectl-engine, which access
// containers of a real engine.
func TestKubectlInside(t *testing.T) {
	for _, k := range kubectls(t) {
		t.Run(k.version, func(t *testing.T) { k.play(t, "testdata/kubectl-engine") })
	}
}
