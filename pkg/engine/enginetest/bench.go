// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

const (
	defaultWaitTimeout = time.Minute
	pollInterval       = 10 * time.Millisecond
	// cleanupTimeout limits the removal of the objects of one test.
	cleanupTimeout = 2 * time.Minute
	// grace is enough for a server to exit.
	grace = 5 * time.Second
)

// sequence makes the names of tests unique.
var sequence atomic.Int64

// bench is the environment of one test: an engine and the objects that the test
// created.
type bench struct {
	engine.Engine
	t       *testing.T
	ctx     context.Context //nolint:containedctx // the context of the test
	h       Harness
	base    string
	created []engine.ID
}

func newBench(t *testing.T, h Harness) *bench {
	b := &bench{
		Engine: h.New(t), t: t, ctx: t.Context(), h: h,
		base: fmt.Sprintf("%s-%d", h.Prefix, sequence.Add(1)),
	}
	t.Cleanup(b.removeAll)
	return b
}

// removeAll removes the objects of the test, containers before the objects that
// they use.
func (b *bench) removeAll() {
	ctx, cancel := context.WithTimeout(context.Background(), cleanupTimeout)
	defer cancel()
	for _, kind := range []engine.Kind{engine.KindContainer, engine.KindNetwork, engine.KindVolume} {
		for _, id := range b.created {
			if id.Kind != kind {
				continue
			}
			if err := b.Remove(ctx, id); err != nil {
				b.t.Errorf("clean up: %v", err)
			}
		}
	}
}

// name returns a name that only this test uses.
func (b *bench) name(s string) string { return b.base + "-" + s }

// labels returns the labels of all objects. An engine reads containers with Label
// in full.
func (b *bench) labels() map[string]string {
	return map[string]string{Label: "label"}
}

// container returns a complete configuration for a workload.
func (b *bench) container(w engine.ContainerConfig, name string, networks ...string) engine.ContainerConfig {
	w.Name = b.name(name)
	w.Labels = b.labels()
	for _, n := range networks {
		w.Attachments = append(w.Attachments, engine.Attachment{Network: b.name(n), Aliases: []string{name}})
	}
	return w
}

// server returns the configuration of a server.
func (b *bench) server(name string, networks ...string) engine.ContainerConfig {
	return b.container(b.h.Server, name, networks...)
}

func (b *bench) create(cfg engine.ContainerConfig) engine.ID {
	b.t.Helper()
	id, err := b.CreateContainer(b.ctx, cfg)
	b.created = append(b.created, id)
	b.noError(err)
	return id
}

func (b *bench) run(cfg engine.ContainerConfig) engine.ID {
	b.t.Helper()
	id := b.create(cfg)
	b.noError(b.Start(b.ctx, id))
	return id
}

func (b *bench) network(name string) engine.ID {
	b.t.Helper()
	id, err := b.CreateNetwork(b.ctx, engine.NetworkConfig{Name: b.name(name), Labels: b.labels()})
	b.created = append(b.created, id)
	b.noError(err)
	return id
}

func (b *bench) volume(name string) engine.ID {
	b.t.Helper()
	id, err := b.CreateVolume(b.ctx, engine.VolumeConfig{Name: b.name(name), Labels: b.labels()})
	b.created = append(b.created, id)
	b.noError(err)
	return id
}

func (b *bench) get(id engine.ID) engine.Object {
	b.t.Helper()
	obj, err := b.Get(b.ctx, id)
	b.noError(err)
	return obj
}

func (b *bench) list() engine.Snapshot {
	b.t.Helper()
	snap, err := b.List(b.ctx)
	b.noError(err)
	return snap
}

func (b *bench) noError(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// hasCode asserts that an error has one of the codes.
func (b *bench) hasCode(err error, want ...engine.Code) {
	b.t.Helper()
	if got := engine.CodeOf(err); !slices.Contains(want, got) {
		b.t.Fatalf("code is %q (error: %v), want %v", got, err, want)
	}
}

// isGone asserts that an object does not exist.
func (b *bench) isGone(id engine.ID) {
	b.t.Helper()
	_, err := b.Get(b.ctx, id)
	b.hasCode(err, engine.NotFound)
}

// equal asserts that two values are equal.
func equal[T comparable](b *bench, what string, got, want T) {
	b.t.Helper()
	if got != want {
		b.t.Fatalf("%s is %v, want %v", what, got, want)
	}
}

// eventually waits until condition returns true.
func (b *bench) eventually(what string, condition func() bool) {
	b.t.Helper()
	deadline := time.NewTimer(cmp.Or(b.h.WaitTimeout, defaultWaitTimeout))
	defer deadline.Stop()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for !condition() {
		if b.h.Step != nil {
			b.h.Step()
			// The next call applies the changes that are due.
			_, err := b.Info(b.ctx)
			b.noError(err)
		}
		select {
		case <-deadline.C:
			b.t.Fatalf("timed out: %s", what)
		case <-tick.C:
		}
	}
}

// waitFor waits until condition returns true for a container.
func (b *bench) waitFor(id engine.ID, what string, condition func(*engine.Container) bool) *engine.Container {
	b.t.Helper()
	var c *engine.Container
	b.eventually(what, func() bool {
		c = b.get(id).Container
		return condition(c)
	})
	return c
}

func exited(c *engine.Container) bool { return c.Status == engine.StatusExited }
