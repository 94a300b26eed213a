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
	// Name is the name of the method, for example "CreateContainer".
	Name string
	// ID is the object; zero for calls that have none, such as creations, Pull and
	// Find.
	ID engine.ID
	// Arg is the other argument of the call: the name to create, find or rename to,
	// the image reference, the network to connect to or disconnect from. List is a
	// call for each kind, which is its Arg; containers come first.
	Arg string
}

// String returns "Name kind/id arg" without the empty parts.
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

// Fault is a failure of a call. The zero value lets the call pass.
type Fault struct {
	// Err is the error that the call returns.
	Err error
	// Hang makes the call wait until its context ends, and return that error.
	Hang bool
	// After makes the call take effect before it fails, as a lost connection does.
	After bool
}

// Call is a call of engine.Writer and the error that it returned.
type Call struct {
	Op
	Err error
}

// SetFail makes fail choose the fault of each later call; nil removes it. fail is
// called without the engine's lock.
func (e *Engine) SetFail(fail func(Op) Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fail = fail
}

// Mutations returns the number of calls of engine.Writer so far, including those
// that failed or changed nothing.
func (e *Engine) Mutations() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.mutations
}

// Calls returns the calls of engine.Writer in order; nil without
// Options.RecordCalls.
func (e *Engine) Calls() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.calls)
}

// read serves a call that changes nothing.
func (e *Engine) read(ctx context.Context, op Op, effect func() error) error {
	return e.serve(ctx, op, effect)
}

// write serves a call of engine.Writer and counts it.
func (e *Engine) write(ctx context.Context, op Op, effect func() error) error {
	err := e.serve(ctx, op, effect)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mutations++
	if e.recordCalls {
		e.calls = append(e.calls, Call{Op: op, Err: err})
	}
	return err
}

// serve runs effect with the engine locked, after the changes that are due,
// unless the context has ended or a fault prevents it.
func (e *Engine) serve(ctx context.Context, op Op, effect func() error) error {
	if ctx.Err() != nil {
		return contextError(ctx, op)
	}
	e.mu.Lock()
	fail := e.fail
	e.mu.Unlock()
	var fault Fault
	if fail != nil {
		fault = fail(op)
	}
	failed := fault.Err != nil || fault.Hang
	var err error
	if !failed || fault.After {
		err = e.locked(effect)
	}
	if fault.Hang {
		<-ctx.Done()
		return contextError(ctx, op)
	}
	if failed {
		return fault.Err
	}
	return err
}

func (e *Engine) locked(effect func() error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.containers.settle()
	return effect()
}

// contextError returns the error of a call whose context has ended.
func contextError(ctx context.Context, op Op) error {
	return &engine.Error{Op: op.String(), Code: engine.CodeOf(ctx.Err()), Err: ctx.Err()}
}

// refuse returns the error of a call that the engine refuses.
func refuse(op Op, code engine.Code, format string, args ...any) error {
	return engine.Errorf(op.String(), code, format, args...)
}
