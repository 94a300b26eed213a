// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"context"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Options configure an Engine. The zero value is an empty engine in real time
// with an empty registry.
type Options struct {
	// Clock returns the current time; nil means real time. It is called with the
	// engine locked and must not call the engine.
	Clock func() time.Time
	// AnyImage makes the registry serve every valid reference, with Behaviour.
	AnyImage bool
	// Behaviour applies to the images that were not published.
	Behaviour ImageBehaviour
	// HostPath reports whether a host path exists, for bind mounts; nil means
	// that every path exists.
	HostPath func(path string) bool
	// NeedsBaseNetwork makes starts, and connections of running containers, fail with
	// NetworkNotFound while the network on which the container was created does not
	// exist, as Docker does from release 28.
	NeedsBaseNetwork bool
	// RecordCalls enables Calls.
	RecordCalls bool
}

// Engine is an in-memory engine. It is safe for concurrent use.
type Engine struct {
	Controls

	fail        func(Op) Fault
	mutations   int
	calls       []Call
	recordCalls bool
}

var _ engine.Engine = (*Engine)(nil)

// New returns an empty Engine.
func New(opts Options) *Engine {
	return &Engine{Controls: Controls{newState(opts)}, recordCalls: opts.RecordCalls}
}

// Info returns the name and version of the in-memory engine.
func (e *Engine) Info(ctx context.Context) (engine.Info, error) {
	info := engine.Info{Name: "memory", Version: "0", Endpoint: "memory", OS: "linux"}
	return info, e.read(ctx, Op{Name: "Info"}, func() error { return nil })
}

// Remove removes an object; see engine.Writer.
func (e *Engine) Remove(ctx context.Context, id engine.ID) error {
	op := Op{Name: "Remove", ID: id}
	return e.write(ctx, op, func() error { return e.remove(op, id) })
}
