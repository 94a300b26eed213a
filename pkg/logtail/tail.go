// SPDX-License-Identifier: Apache-2.0

package logtail

import (
	"bufio"
	"context"
	"errors"
	"io"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// State is the part of an object's status that a tail depends on.
type State struct {
	// Container is the ID of the container; empty when there is none.
	Container string
	// StartedAt is the last start in nanoseconds since 1970; zero before it.
	StartedAt int64
	Running   bool
	// Finished reports that the container has exited and is not restarted.
	Finished bool
}

// StateOf returns the state in a status.
func StateOf(s v1alpha1.Status) State {
	out := State{
		Container: s.ContainerID,
		Running:   v1alpha1.IsConditionTrue(s.Conditions, v1alpha1.ConditionRunning),
		Finished:  s.Phase == v1alpha1.PhaseCompleted || s.Phase == v1alpha1.PhaseStalled,
	}
	if s.StartedAt != nil {
		out.StartedAt = s.StartedAt.UnixNano()
	}
	return out
}

// run identifies one run of a container.
type run struct {
	container string
	startedAt int64
}

func (s State) run() run { return run{s.Container, s.StartedAt} }

// Tail follows the output of one object over all its containers.
type Tail struct {
	follower *Follower
	key      v1alpha1.Key
	position *position
	// states holds the latest state that Run has not read; it is closed when the
	// object is gone.
	states   chan State
	failures int // to open the output since it was last opened, without expected ones
}

// Tail returns a tail of an object. It continues where PrintPast ended; for
// another object it begins with the output that the options select.
func (f *Follower) Tail(k v1alpha1.Key) *Tail {
	return &Tail{follower: f, key: k, position: f.positions[k], states: make(chan State, 1)}
}

// Update passes a newer state. It must not be called concurrently or after Close.
func (t *Tail) Update(s State) {
	select {
	case <-t.states:
	default:
	}
	t.states <- s
}

// Close ends the tail, because the object is gone, once its output is printed.
func (t *Tail) Close() { close(t.states) }

// retryPause is the pause before the output of a container is opened again.
const retryPause = 500 * time.Millisecond

// Run prints the output until ctx ends, Close is called, Print fails or, with
// Finite, the container has finished. Only an error of Print is returned.
func (t *Tail) Run(ctx context.Context) error {
	state, open := <-t.states
	for open && ctx.Err() == nil {
		complete := true
		if state.Container != "" {
			var err error
			if complete, err = t.stream(ctx); err != nil {
				return err
			}
		}
		streamed := state.run()
		for again := false; open && !again && ctx.Err() == nil; {
			select {
			case <-ctx.Done():
			case state, open = <-t.states:
				// Two starts within a second look alike, so a running container is
				// always read again.
				again = state.Running || state.run() != streamed
			case <-time.After(retryPause):
				if again = !complete || state.Running; !again && t.follower.Finite && state.Finished {
					return nil
				}
			}
		}
	}
	return nil
}

// stream prints one stream to its end. It reports whether the stream ended with
// the container; otherwise it must be opened again.
func (t *Tail) stream(ctx context.Context) (complete bool, err error) {
	body, err := t.follower.Open(ctx, t.key, t.options())
	if err != nil {
		t.countFailure(ctx, err)
		return apierrors.IsNotFound(err), nil
	}
	defer func() { _ = body.Close() }()
	t.failures = 0
	if t.position == nil {
		t.position = &position{at: t.follower.Options.Since}
	}
	printed, reader := *t.position, bufio.NewReader(body)
	for {
		line, err := readLine(reader, t.key)
		if err != nil {
			return errors.Is(err, io.EOF), nil
		}
		if printed.skips(line) {
			continue
		}
		t.position.advance(line)
		if err := t.follower.Print(line); err != nil {
			return true, err
		}
	}
}

// countFailure counts an unexpected failure and passes it to Failed.
func (t *Tail) countFailure(ctx context.Context, err error) {
	f := t.follower
	if ctx.Err() != nil || f.Expected != nil && f.Expected(err) {
		return
	}
	t.failures++
	if f.Failed != nil {
		f.Failed(t.key, err, t.failures)
	}
}

// options returns the options of the next stream.
func (t *Tail) options() v1alpha1.LogOptions {
	opts := t.follower.Options
	opts.Timestamps, opts.Follow = true, true
	if t.position != nil {
		opts.Tail, opts.Since = -1, t.position.at
	}
	return opts
}
