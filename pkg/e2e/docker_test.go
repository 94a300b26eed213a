// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	// engineLimit is the time limit of one docker command. An engine that needs
	// longer is considered hung.
	engineLimit = time.Minute
	// patience is the time limit of every wait.
	patience = 2 * time.Minute
)

// docker runs a docker command and returns its output. If the engine hangs, docker
// restarts it and repeats the command once.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := tryDocker(args...)
	if errors.Is(err, context.DeadlineExceeded) {
		restartWedged(t)
		out, err = tryDocker(args...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tryDocker runs a docker command once, with a time limit.
func tryDocker(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), engineLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "docker", args...)
	cmd.WaitDelay = time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("docker %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// wedged reports whether the engine hangs. A hung engine still answers a ping, so
// wedged lists containers.
func wedged() bool {
	_, err := tryDocker("ps", "--quiet", "--last", "1")
	return err != nil
}

// restartWedged restarts the engine. It fails the test if engine.sh did not start
// the engine.
func restartWedged(t *testing.T) {
	t.Helper()
	t.Log("the engine hangs: restarting it")
	if out, err := exec.Command(filepath.Join(root, "hack", "engine.sh"), "restart").CombinedOutput(); err != nil {
		t.Fatalf("hack/engine.sh restart: %v\n%s", err, out)
	}
}

// container has the fields of `docker inspect` that the tests use.
type container struct {
	ID      string
	Name    string
	Image   string
	Created string
	State   struct {
		Status    string
		ExitCode  int
		StartedAt string
		Health    *struct{ Status string }
	}
	Config struct {
		Image  string
		Env    []string
		Labels map[string]string
	}
	HostConfig      struct{ NetworkMode, PidMode string }
	NetworkSettings struct {
		Networks map[string]struct {
			NetworkID string
			Aliases   []string
			IPAddress string
		}
		Ports map[string][]struct{ HostIP, HostPort string }
	}
}

// up reports whether the container runs and its health check, if any, succeeds.
func (c container) up() bool {
	return c.State.Status == "running" && (c.State.Health == nil || c.State.Health.Status == "healthy")
}

// containers returns the containers of the instance by engine name, without those
// that are removed at the same time.
func (r *rig) containers() map[string]container {
	r.t.Helper()
	found := map[string]container{}
	for _, id := range strings.Fields(docker(r.t, "ps", "-aq", "--no-trunc", "--filter", "label="+instanceLabel+"="+r.name)) {
		out, err := tryDocker("inspect", "--type", "container", id)
		if err != nil {
			continue
		}
		var list []container
		if err := json.Unmarshal([]byte(out), &list); err != nil {
			r.t.Fatalf("docker inspect: %v", err)
		}
		for _, c := range list {
			found[strings.TrimPrefix(c.Name, "/")] = c
		}
	}
	return found
}

// ids returns the IDs of the instance's containers by the name in the manifest.
func (r *rig) ids() map[string]string {
	r.t.Helper()
	ids := map[string]string{}
	for name, c := range r.containers() {
		ids[strings.TrimSuffix(name, "."+r.name)] = c.ID
	}
	return ids
}

// allUp returns an error unless the named containers are up and no others exist.
func (r *rig) allUp(names ...string) error {
	found := r.containers()
	for _, name := range names {
		c, ok := found[r.engineName(name)]
		switch {
		case !ok:
			return fmt.Errorf("%s does not exist; the containers are %v", name, slices.Sorted(maps.Keys(found)))
		case !c.up():
			return fmt.Errorf("%s is not up: %+v", name, c.State)
		}
	}
	if len(found) != len(names) {
		return fmt.Errorf("the containers are %v, want %v", slices.Sorted(maps.Keys(found)), names)
	}
	return nil
}
