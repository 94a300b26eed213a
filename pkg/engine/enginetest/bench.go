// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

const (
	defaultPatience = time.Minute
	pollInterval    = 10 * time.Millisecond
	// cleanupTimeout bounds the removal of what one test made.
	cleanupTimeout = 2 * time.Minute
	// grace is long enough for a server and short enough to wait for.
	grace = 5 * time.Second
)

// sequence keeps the names of tests apart.
var sequence atomic.Int64

// bench is where one test works: an engine, and what the test made on it.
type bench struct {
	engine.Engine
	t    *testing.T
	ctx  context.Context //nolint:containedctx // that of the test
	h    Harness
	base string
	made []engine.ID
}

func newBench(t *testing.T, h Harness) *bench {
	b := &bench{
		Engine: h.New(t), t: t, ctx: t.Context(), h: h,
		base: fmt.Sprintf("%s-%d", h.Prefix, sequence.Add(1)),
	}
	t.Cleanup(b.clean)
	return b
}

// clean removes what was made, containers before what they use.
func (b *bench) clean() {
	ctx, cancel := context.WithTimeout(context.Background(), cleanupTimeout)
	defer cancel()
	for _, kind := range []engine.Kind{engine.KindContainer, engine.KindNetwork, engine.KindVolume} {
		for _, id := range b.made {
			if id.Kind != kind {
				continue
			}
			if err := b.Remove(ctx, id); err != nil {
				b.t.Errorf("cleaning up: %v", err)
			}
		}
	}
}

// name is a name of the test's own.
func (b *bench) name(s string) string { return b.base + "-" + s }

// labels returns the labels of all objects. An engine reads containers with Label
// in full.
func (b *bench) labels() map[string]string {
	return map[string]string{Label: "label"}
}

// container completes a workload.
func (b *bench) container(w engine.ContainerConfig, name string, networks ...string) engine.ContainerConfig {
	w.Name = b.name(name)
	w.Labels = b.labels()
	for _, n := range networks {
		w.Attachments = append(w.Attachments, engine.Attachment{Network: b.name(n), Aliases: []string{name}})
	}
	return w
}

// server is a server's configuration.
func (b *bench) server(name string, networks ...string) engine.ContainerConfig {
	return b.container(b.h.Server, name, networks...)
}

func (b *bench) create(cfg engine.ContainerConfig) engine.ID {
	b.t.Helper()
	id, err := b.CreateContainer(b.ctx, cfg)
	b.made = append(b.made, id)
	b.ok(err)
	return id
}

func (b *bench) run(cfg engine.ContainerConfig) engine.ID {
	b.t.Helper()
	id := b.create(cfg)
	b.ok(b.Start(b.ctx, id))
	return id
}

func (b *bench) network(name string) engine.ID {
	b.t.Helper()
	id, err := b.CreateNetwork(b.ctx, engine.NetworkConfig{Name: b.name(name), Labels: b.labels()})
	b.made = append(b.made, id)
	b.ok(err)
	return id
}

func (b *bench) volume(name string) engine.ID {
	b.t.Helper()
	id, err := b.CreateVolume(b.ctx, engine.VolumeConfig{Name: b.name(name), Labels: b.labels()})
	b.made = append(b.made, id)
	b.ok(err)
	return id
}

func (b *bench) get(id engine.ID) engine.Object {
	b.t.Helper()
	obj, err := b.Get(b.ctx, id)
	b.ok(err)
	return obj
}

func (b *bench) list() engine.Snapshot {
	b.t.Helper()
	snap, err := b.List(b.ctx)
	b.ok(err)
	return snap
}

func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// refused asserts the code of an error.
func (b *bench) refused(err error, want ...engine.Code) {
	b.t.Helper()
	if got := engine.CodeOf(err); !slices.Contains(want, got) {
		b.t.Fatalf("code is %q (error: %v), want %v", got, err, want)
	}
}

// gone asserts that an object is not there.
func (b *bench) gone(id engine.ID) {
	b.t.Helper()
	_, err := b.Get(b.ctx, id)
	b.refused(err, engine.NotFound)
}

// equal asserts that two values are the same.
func equal[T comparable](b *bench, what string, got, want T) {
	b.t.Helper()
	if got != want {
		b.t.Fatalf("%s is %v, want %v", what, got, want)
	}
}

// eventually waits until something is so.
func (b *bench) eventually(what string, so func() bool) {
	b.t.Helper()
	patience := b.h.Patience
	if patience == 0 {
		patience = defaultPatience
	}
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for !so() {
		if b.h.Step != nil {
			b.h.Step()
			// What has become due is made up for by the next call.
			_, err := b.Info(b.ctx)
			b.ok(err)
		}
		select {
		case <-deadline.C:
			b.t.Fatalf("never came true: %s", what)
		case <-tick.C:
		}
	}
}

// becomes waits for the state of a container.
func (b *bench) becomes(id engine.ID, what string, so func(*engine.Container) bool) *engine.Container {
	b.t.Helper()
	var c *engine.Container
	b.eventually(what, func() bool {
		c = b.get(id).Container
		return so(c)
	})
	return c
}

func exited(c *engine.Container) bool { return c.Status == engine.StatusExited }
