// SPDX-License-Identifier: Apache-2.0

package logtail

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Opener opens the output of the container of an object. The error is NotFound
// when there is no container. A stream with Follow ends with the container.
type Opener func(ctx context.Context, k v1alpha1.Key, opts v1alpha1.LogOptions) (io.ReadCloser, error)

// Follower reads the output of containers. Open and Print are required.
type Follower struct {
	Open Opener
	// Options select the output. Timestamps is always set, because the order and
	// the position depend on it.
	Options v1alpha1.LogOptions
	// Print handles one line; an error of it ends the reading. It must be safe for
	// concurrent use.
	Print func(Line) error
	// Expected reports whether a failure to open the output is expected, for
	// example while a container is replaced. Such failures are neither counted nor
	// passed to Failed. Nil expects none.
	Expected func(err error) bool
	// Failed is called when the output cannot be opened, with the number of
	// unexpected failures since it was last opened; nil ignores failures, which are
	// retried in any case.
	Failed func(k v1alpha1.Key, err error, failures int)
	// Finite ends a tail when its container has exited and is not restarted.
	Finite bool

	positions map[v1alpha1.Key]*position
}

// source is the stream of one container and its next line.
type source struct {
	reader *bufio.Reader // nil at the end of the stream
	close  func()
	next   Line
}

// PrintPast prints the output until now, ordered by time, and remembers the
// positions for tails. Containers that do not exist are skipped; with strict they
// are an error.
func (f *Follower) PrintPast(ctx context.Context, keys []v1alpha1.Key, strict bool) error {
	f.positions = map[v1alpha1.Key]*position{}
	var sources []*source
	defer func() {
		for _, s := range sources {
			s.close()
		}
	}()
	for _, k := range keys {
		f.positions[k] = &position{at: f.Options.Since}
		if f.Options.Tail == 0 {
			f.positions[k].at = time.Now()
		}
		s, err := f.openPast(ctx, k)
		if apierrors.IsNotFound(err) && !strict {
			continue
		}
		if err != nil {
			return err
		}
		sources = append(sources, s)
	}
	return f.merge(sources)
}

// openPast opens the output of a container and reads its first line.
func (f *Follower) openPast(ctx context.Context, k v1alpha1.Key) (*source, error) {
	opts := f.Options
	opts.Timestamps = true
	body, err := f.Open(ctx, k, opts)
	if err != nil {
		return nil, err
	}
	s := &source{reader: bufio.NewReader(body), close: func() { _ = body.Close() }}
	if err := s.advance(k); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// advance reads the next line.
func (s *source) advance(k v1alpha1.Key) error {
	var err error
	if s.next, err = readLine(s.reader, k); errors.Is(err, io.EOF) {
		s.reader = nil
	} else if err != nil {
		return fmt.Errorf("read the log of %s: %w", k, err)
	}
	return nil
}

// merge prints the lines of all sources, the oldest line first.
func (f *Follower) merge(sources []*source) error {
	for {
		var first *source
		for _, s := range sources {
			if s.reader != nil && (first == nil || s.next.Time.Before(first.next.Time)) {
				first = s
			}
		}
		if first == nil {
			return nil
		}
		line := first.next
		if err := f.Print(line); err != nil {
			return err
		}
		f.positions[line.Key].advance(line)
		if err := first.advance(line.Key); err != nil {
			return err
		}
	}
}
