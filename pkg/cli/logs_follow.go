// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// logRun is one run of logs.
type logRun struct {
	client  *client.Client
	opts    v1alpha1.LogOptions
	printer *logPrinter
	warn    io.Writer
	// positions is how far each container was shown, by key. Those of the past
	// are set before anything is followed.
	positions map[string]*position
}

// source is the stream of one container and its next line.
type source struct {
	reader *bufio.Reader
	close  func()
	next   logLine
}

// past prints what there is, in the order of time. Containers that do not exist
// yet have nothing; strict makes that an error.
func (r *logRun) past(ctx context.Context, objects []v1alpha1.Object, strict bool) error {
	var sources []*source
	defer func() {
		for _, s := range sources {
			s.close()
		}
	}()
	for _, o := range objects {
		r.positions[o.Key().String()] = &position{at: r.opts.Since}
		if r.opts.Tail == 0 {
			r.positions[o.Key().String()].at = time.Now()
		}
		body, err := r.client.LogStream(ctx, o.Key(), r.opts)
		if apierrors.IsNotFound(err) && !strict {
			continue
		}
		if err != nil {
			return err
		}
		s := &source{reader: bufio.NewReader(body), close: func() { _ = body.Close() }}
		sources = append(sources, s)
		if s.next, err = readLine(s.reader, o.Key()); err != nil && !errors.Is(err, io.EOF) {
			return err
		} else if err != nil {
			s.reader = nil
		}
	}
	return r.merge(sources)
}

// merge prints the lines of all sources, the oldest first.
func (r *logRun) merge(sources []*source) error {
	for {
		var first *source
		for _, s := range sources {
			if s.reader != nil && (first == nil || s.next.at.Before(first.next.at)) {
				first = s
			}
		}
		if first == nil {
			return nil
		}
		if err := r.printer.print(first.next); err != nil {
			return err
		}
		k := first.next.key
		r.positions[k.String()].shown(first.next)
		var err error
		if first.next, err = readLine(first.reader, k); errors.Is(err, io.EOF) {
			first.reader = nil
		} else if err != nil {
			return fmt.Errorf("read the log of %s: %w", k, err)
		}
	}
}

// follow goes on with all containers of a selection: those of the group, or all
// when it names none.
func (r *logRun) follow(ctx context.Context, sel client.Selection, g group) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var tailing, watching errgroup.Group
	tails := map[v1alpha1.Key]*logTail{}
	see := func(o v1alpha1.Object) {
		t := tails[o.Key()]
		if t == nil {
			t = newLogTail(r, o.Key(), len(g.names) > 0)
			tails[o.Key()] = t
			tailing.Go(func() error { return t.run(ctx) })
		}
		t.see(o)
	}
	for _, o := range g.Objects {
		see(o)
	}
	watching.Go(func() error {
		defer cancel()
		return r.client.Follow(ctx, v1alpha1.KindContainer, sel, g.version, func(change client.Change[v1alpha1.Object]) error {
			switch {
			case change.Object.Name == "" || !g.has(change.Object):
			case change.Type != watch.Deleted:
				see(change.Object)
			case tails[change.Object.Key()] != nil:
				close(tails[change.Object.Key()].states)
				delete(tails, change.Object.Key())
			}
			return nil
		})
	})
	if len(g.names) > 0 {
		err := tailing.Wait()
		cancel()
		return errors.Join(err, watching.Wait())
	}
	return errors.Join(watching.Wait(), tailing.Wait())
}

// logTail follows one object over all its containers.
type logTail struct {
	owner    *logRun
	key      v1alpha1.Key
	position *position
	// finite ends it when the object has done its work.
	finite bool
	// states has the latest state that was not looked at; closed when the object
	// is gone.
	states chan v1alpha1.Object
	// failures is how often a stream was not had since one was.
	failures int
}

func newLogTail(r *logRun, k v1alpha1.Key, finite bool) *logTail {
	t := &logTail{owner: r, key: k, finite: finite, states: make(chan v1alpha1.Object, 1), position: r.positions[k.String()]}
	if t.position == nil {
		t.position = &position{at: r.opts.Since}
	}
	return t
}

// see hands over a newer state. There is one who calls it.
func (t *logTail) see(o v1alpha1.Object) {
	select {
	case <-t.states:
	default:
	}
	t.states <- o
}

// logPause is how long a container that runs is left alone when its stream has
// ended.
const logPause = 500 * time.Millisecond

// run goes on until ctx ends or the object is gone.
func (t *logTail) run(ctx context.Context) error {
	state, open := <-t.states
	for open && ctx.Err() == nil {
		whole := true
		if state.Status.ContainerID != "" {
			var err error
			if whole, err = t.stream(ctx); err != nil {
				return err
			}
		}
		streamed := lifeOf(state)
		for again := false; open && !again && ctx.Err() == nil; {
			select {
			case <-ctx.Done():
			case state, open = <-t.states:
				// Two starts within a second look the same: whatever runs is looked at.
				again = printer.IsRunning(state) || lifeOf(state) != streamed
			case <-time.After(logPause):
				if again = !whole || printer.IsRunning(state); !again && t.finite && finished(state) {
					return nil
				}
			}
		}
	}
	return nil
}

// stream shows one stream to its end; whole unless it broke off. Only that
// nothing can be printed is an error: what else fails is tried again.
func (t *logTail) stream(ctx context.Context) (whole bool, err error) {
	opts := v1alpha1.LogOptions{Tail: -1, Timestamps: true, Follow: true, Since: t.position.at}
	body, err := t.owner.client.LogStream(ctx, t.key, opts)
	if err != nil {
		t.tell(ctx, err)
		return apierrors.IsNotFound(err), nil
	}
	defer func() { _ = body.Close() }()
	t.failures = 0
	before, reader := t.position.gap(), bufio.NewReader(body)
	for {
		line, err := readLine(reader, t.key)
		if err != nil {
			return errors.Is(err, io.EOF), nil
		}
		if before.skips(line) {
			continue
		}
		t.position.shown(line)
		if err := t.owner.printer.print(line); err != nil {
			return true, err
		}
	}
}

// tell tells of a failure that lasts: between two containers or two controllers
// there are some that are to be expected.
func (t *logTail) tell(ctx context.Context, err error) {
	var unanswered *client.Unanswered
	if ctx.Err() != nil || apierrors.IsNotFound(err) || errors.As(err, &unanswered) {
		return
	}
	if t.failures++; t.failures == 2 {
		fmt.Fprintf(t.owner.warn, "the log of %s: %v\n", t.key, err)
	}
}

// life tells one run of a container from the next.
type life struct {
	container string
	started   int64
}

func lifeOf(o v1alpha1.Object) life {
	l := life{container: o.Status.ContainerID}
	if o.Status.StartedAt != nil {
		l.started = o.Status.StartedAt.UnixNano()
	}
	return l
}

// finished reports a container that has ended and is not started again.
func finished(o v1alpha1.Object) bool {
	return o.Status.Phase == v1alpha1.PhaseCompleted || o.Status.Phase == v1alpha1.PhaseStalled
}
