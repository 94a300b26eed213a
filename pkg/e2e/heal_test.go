// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestHeal verifies that the controller restores a container after each kind of
// damage and changes no other container.
func TestHeal(t *testing.T) {
	r, _ := newShop(t)
	r.start()
	r.requireUp(shop...)
	for _, injury := range []struct {
		name    string
		command []string
		// replaced is true if a new container is expected.
		replaced bool
	}{
		{"docker rm -f", []string{"rm", "-f", r.engineName("db")}, true},
		{"docker stop", []string{"stop", r.engineName("db")}, false},
		{"docker kill", []string{"kill", r.engineName("db")}, false},
		// A Go program exits on SIGQUIT with a stack dump and code 2.
		{"crash", []string{"kill", "--signal", "QUIT", r.engineName("db")}, false},
	} {
		t.Run(injury.name, func(t *testing.T) {
			before, was, mark, at := r.ids(), r.containers(), r.events.mark(), time.Now()
			docker(t, injury.command...)
			r.eventually("another start of db", func() error {
				c, ok := r.containers()[r.engineName("db")]
				if !ok || !c.up() || c.State.StartedAt == was[r.engineName("db")].State.StartedAt {
					return fmt.Errorf("db is %+v", c.State)
				}
				return nil
			})
			r.requireUp(shop...)
			r.latency(mark, at, "die db")
			r.latency(mark, at, "start db")
			if injury.replaced {
				r.requireKept(before, "db")
			} else {
				r.requireKept(before)
			}
			// The dependents are not restarted.
			for name, c := range r.containers() {
				if name != r.engineName("db") && c.State.StartedAt != was[name].State.StartedAt {
					t.Errorf("%s was restarted", name)
				}
			}
		})
	}
	t.Run("docker network disconnect", func(t *testing.T) {
		network := r.engineName("default")
		docker(t, "network", "disconnect", "-f", network, r.engineName("app"))
		r.eventually("app to be connected again", func() error {
			c := r.containers()[r.engineName("app")]
			if !c.up() || c.NetworkSettings.Networks[network].IPAddress == "" {
				return fmt.Errorf("app: %+v %+v", c.State, c.NetworkSettings)
			}
			return nil
		})
		r.requireUp(shop...)
	})
	t.Run("docker network disconnect while it is stopped", func(t *testing.T) {
		r.stop()
		docker(t, "stop", r.engineName("cache"))
		docker(t, "network", "disconnect", "-f", r.engineName("default"), r.engineName("cache"))
		r.start()
		r.requireUp(shop...)
		if c := r.containers()[r.engineName("cache")]; c.NetworkSettings.Networks[r.engineName("default")].IPAddress == "" {
			t.Errorf("cache is not on its network: %+v", c.NetworkSettings)
		}
	})
}

// TestHealAll verifies that containers which were all removed at once are created in
// the order of their dependencies.
func TestHealAll(t *testing.T) {
	r, port := newShop(t)
	r.start()
	r.requireUp(shop...)
	before, mark := r.ids(), r.events.mark()
	docker(t, "rm", "-f", r.engineName("proxy"), r.engineName("app"), r.engineName("db"), r.engineName("cache"))
	r.eventually("four new containers", func() error {
		after := r.ids()
		for name, id := range before {
			if after[name] == "" || after[name] == id {
				return fmt.Errorf("%s is %q", name, after[name])
			}
		}
		return nil
	})
	r.requireUp(shop...)
	for _, server := range []string{"db", "cache"} {
		r.requireOrder(mark, "destroy "+server, "start "+server, "health_status: healthy "+server, "start app",
			"health_status: healthy app", "start proxy")
	}
	if got := page(t, port); !strings.Contains(got, "shop") {
		t.Errorf("the page of the shop is %q", got)
	}
}

// TestForeign verifies that foreign objects are never changed, even if they have
// the controller's names or labels.
func TestForeign(t *testing.T) {
	r := newRig(t)
	suffix := "-bystander." + r.name
	run := func(name string, args ...string) {
		docker(t, append([]string{"run", "-d", "--name", name}, args...)...)
		t.Cleanup(func() { _, _ = tryDocker("rm", "-f", name) })
	}
	image := "reconciler.dev/" + r.name
	docker(t, "volume", "create", "volume"+suffix)
	docker(t, "network", "create", "network"+suffix)
	t.Cleanup(func() {
		_, _ = tryDocker("volume", "rm", "volume"+suffix)
		_, _ = tryDocker("network", "rm", "network"+suffix)
		_, _ = tryDocker("image", "rm", image)
	})
	run("plain"+suffix, "--network", "network"+suffix, "-v", "volume"+suffix+":/data", "reconciler.dev/demo:1", "sleep")
	// This container has the engine name of the declared one.
	run(r.engineName("db"), "reconciler.dev/demo:1", "sleep")

	r.write("all.yaml", `
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: db}
spec: {image: "reconciler.dev/demo:1", command: [tcp]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: other}
spec: {image: "reconciler.dev/demo:1", command: [tcp]}
`)
	r.start()
	r.eventually("other to be up", r.runs("other", func(container) bool { return true }))
	r.requireCondition("container/db", "Stalled", "True ForeignObject", r.engineName("db"))
	// An image committed from one of our containers has its labels.
	docker(t, "commit", r.engineName("other"), image)
	run("committed"+suffix, image, "sleep")

	bystanders := []string{"plain" + suffix, r.engineName("db"), "committed" + suffix}
	inspectAll := func() string {
		return docker(t, append([]string{"inspect", "--format", "{{.Id}} {{.Name}} {{.State.StartedAt}} {{.State.Status}} {{.Config.Labels}}"},
			bystanders...)...) + docker(t, "network", "inspect", "network"+suffix) + docker(t, "volume", "inspect", "volume"+suffix)
	}
	before := inspectAll()
	r.remove("all.yaml")
	r.eventually("other to be removed", func() error { return r.gone("other") })
	r.stop()
	r.expect(0, "down", "--volumes")
	if after := inspectAll(); before != after {
		t.Errorf("foreign objects changed: before\n%s\nafter\n%s", before, after)
	}

	// When the name is free, the container is created.
	docker(t, "rm", "-f", "committed"+suffix)
	r.write("all.yaml", `{apiVersion: reconciler.dev/v1alpha1, kind: Container, metadata: {name: db},
		spec: {image: "reconciler.dev/demo:1", command: [tcp]}}`)
	r.start()
	r.requireCondition("container/db", "Stalled", "True ForeignObject", r.engineName("db"))
	docker(t, "rm", "-f", r.engineName("db"))
	r.requireUp("db")
}
