// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"context"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Op is a call of a method of engine.Engine.
type Op struct {
	// Name is that of the method: "CreateContainer".
	Name string
	// ID is the object asked for; zero for creations, Pull, Find and the like.
	ID engine.ID
	// Arg is the further word of the call: the name to create, to find or to
	// rename to, the image reference, the network to join or leave.
	Arg string
}

// String is "Name kind/id arg" without what is empty.
func (o Op) String() string {
	words := []string{o.Name}
	if !o.ID.IsZero() {
		words = append(words, o.ID.String())
	}
	if o.Arg != "" {
		words = append(words, o.Arg)
	}
	return strings.Join(words, " ")
}

// Fault is what strikes a call; the zero Fault lets it pass.
type Fault struct {
	// Err is what the call returns.
	Err error
	// Hang has the call wait for the end of its context and return that.
	Hang bool
	// After lets the effect happen first, as when a connection is cut.
	After bool
}

// Call is a call of the Writer that was made, and what it returned.
type Call struct {
	Op
	Err error
}

// SetFail has fail asked before every call; nil asks nobody. It is called
// without the engine being locked.
func (e *Engine) SetFail(fail func(Op) Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fail = fail
}

// Mutations counts the calls of the Writer so far, refused and needless ones
// included.
func (e *Engine) Mutations() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.mutations
}

// Calls are the calls of the Writer in order; only with Options.RecordCalls.
func (e *Engine) Calls() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.calls)
}

// read serves a call of the Reader.
func (e *Engine) read(ctx context.Context, op Op, effect func() error) error {
	return e.serve(ctx, op, effect)
}

// write serves a call of the Writer and counts it.
func (e *Engine) write(ctx context.Context, op Op, effect func() error) error {
	err := e.serve(ctx, op, effect)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mutations++
	if e.opts.RecordCalls {
		e.calls = append(e.calls, Call{Op: op, Err: err})
	}
	return err
}

// serve has the effect with the engine locked and settled, unless a fault or
// the context's end is in the way.
func (e *Engine) serve(ctx context.Context, op Op, effect func() error) error {
	if ctx.Err() != nil {
		return ended(ctx, op)
	}
	e.mu.Lock()
	fail := e.fail
	e.mu.Unlock()
	var fault Fault
	if fail != nil {
		fault = fail(op)
	}
	struck := fault.Err != nil || fault.Hang
	var err error
	if !struck || fault.After {
		err = e.locked(effect)
	}
	if fault.Hang {
		<-ctx.Done()
		return ended(ctx, op)
	}
	if struck {
		return fault.Err
	}
	return err
}

func (e *Engine) locked(effect func() error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.settle()
	return effect()
}

// ended is the error of a call whose context has ended.
func ended(ctx context.Context, op Op) error {
	return &engine.Error{Op: op.String(), Code: engine.CodeOf(ctx.Err()), Err: ctx.Err()}
}

// refuse is the engine's refusal of a call.
func refuse(op Op, code engine.Code, format string, args ...any) error {
	return engine.Errorf(op.String(), code, format, args...)
}
