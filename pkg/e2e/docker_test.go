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
	// engineLimit is the longest that one docker command may take: an engine
	// that takes longer is wedged.
	engineLimit = time.Minute
	// patience is the longest that anything is waited for.
	patience = 2 * time.Minute
)

// docker runs a docker command, as a user does beside the controller, and
// returns what it prints. A wedged engine is restarted, and the command then
// tried once more.
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

// tryDocker is one docker command within the limit.
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

// wedged reports that the engine does not answer. A ping would not tell.
func wedged() bool {
	_, err := tryDocker("ps", "--quiet", "--last", "1")
	return err != nil
}

// restartWedged restarts the engine, which engine.sh refuses for one that it did
// not start.
func restartWedged(t *testing.T) {
	t.Helper()
	t.Log("the engine is wedged: restarting it")
	if out, err := exec.Command(filepath.Join(root, "hack", "engine.sh"), "restart").CombinedOutput(); err != nil {
		t.Fatalf("hack/engine.sh restart: %v\n%s", err, out)
	}
}

// container is what `docker inspect` tells of a container, as far as the tests
// ask.
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

// up reports that it runs and that its health check, if any, passes.
func (c container) up() bool {
	return c.State.Status == "running" && (c.State.Health == nil || c.State.Health.Status == "healthy")
}

// containers are the instance's containers by engine name. What vanishes while
// it is looked at is left out.
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

// ids are the IDs of the instance's containers by the name in the manifest.
func (r *rig) ids() map[string]string {
	r.t.Helper()
	ids := map[string]string{}
	for name, c := range r.containers() {
		ids[strings.TrimSuffix(name, "."+r.name)] = c.ID
	}
	return ids
}

// allUp says which of the named are not up, or what there is besides.
func (r *rig) allUp(names ...string) error {
	found := r.containers()
	for _, name := range names {
		c, ok := found[r.engineName(name)]
		switch {
		case !ok:
			return fmt.Errorf("%s does not exist; there is %v", name, slices.Sorted(maps.Keys(found)))
		case !c.up():
			return fmt.Errorf("%s is not up: %+v", name, c.State)
		}
	}
	if len(found) != len(names) {
		return fmt.Errorf("there is %v, wanted %v and no more", slices.Sorted(maps.Keys(found)), names)
	}
	return nil
}
