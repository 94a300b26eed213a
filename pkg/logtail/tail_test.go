// SPDX-License-Identifier: Apache-2.0

package logtail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

var app = v1alpha1.Key{Kind: v1alpha1.KindContainer, Namespace: "shop", Name: "app"}

// stamped returns lines with the time of their number in seconds.
func stamped(from int, texts ...string) string {
	var b strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&b, "%s %s\n", time.Unix(int64(from+i), 0).UTC().Format(time.RFC3339Nano), text)
	}
	return b.String()
}

// output is a container's output that a test changes.
type output struct {
	mu     sync.Mutex
	text   string
	err    error
	opened []v1alpha1.LogOptions
}

func (o *output) open(_ context.Context, _ v1alpha1.Key, opts v1alpha1.LogOptions) (io.ReadCloser, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.opened = append(o.opened, opts)
	if o.err != nil {
		return nil, o.err
	}
	return io.NopCloser(strings.NewReader(o.text)), nil
}

func (o *output) set(text string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text, o.err = text, err
}

func TestTail(t *testing.T) {
	first := State{Container: "c1", StartedAt: 1, Running: true}
	exited := State{Container: "c1", StartedAt: 1}
	second := State{Container: "c1", StartedAt: 2, Running: true}
	// tail runs a tail in a bubble; step passes states and waits.
	tail := func(t *testing.T, f Follower, o *output, steps func(update func(State), end func())) (got []string) {
		f.Open = o.open
		f.Print = func(l Line) error { got = append(got, l.Text); return nil }
		synctest.Test(t, func(t *testing.T) {
			tl := f.Tail(app)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- tl.Run(ctx) }()
			steps(func(s State) { tl.Update(s); synctest.Wait() }, tl.Close)
			synctest.Wait()
			select {
			case err := <-done:
				cancel()
				if err != nil {
					t.Error(err)
				}
			default:
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
		})
		return got
	}
	t.Run("prints each line once over a restart", func(t *testing.T) {
		o := &output{text: stamped(1, "one", "two")}
		got := tail(t, Follower{}, o, func(update func(State), _ func()) {
			update(first)
			update(exited)
			o.set(stamped(1, "one", "two", "again"), nil)
			update(second)
		})
		if diff := cmp.Diff([]string{"one", "two", "again"}, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
	t.Run("opens nothing before there is a container", func(t *testing.T) {
		o := &output{}
		tail(t, Follower{}, o, func(update func(State), _ func()) { update(State{}) })
		if len(o.opened) > 0 {
			t.Errorf("opened with %+v", o.opened)
		}
	})
	t.Run("begins with the options and continues from the last line", func(t *testing.T) {
		o := &output{text: stamped(1, "one")}
		tail(t, Follower{Options: v1alpha1.LogOptions{Tail: 200}}, o, func(update func(State), _ func()) {
			update(first)
			update(second)
		})
		want := []v1alpha1.LogOptions{
			{Tail: 200, Timestamps: true, Follow: true},
			{Tail: -1, Timestamps: true, Follow: true, Since: time.Unix(1, 0).UTC()},
		}
		if diff := cmp.Diff(want, o.opened[:2]); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
	t.Run("reports failures and retries", func(t *testing.T) {
		o := &output{err: errors.New("refused")}
		var failures []int
		f := Follower{Failed: func(_ v1alpha1.Key, _ error, n int) { failures = append(failures, n) }}
		got := tail(t, f, o, func(update func(State), _ func()) {
			update(first)
			time.Sleep(retryPause + time.Millisecond) // virtual: this runs in a bubble
			o.set(stamped(1, "one"), nil)
			time.Sleep(retryPause) // virtual: this runs in a bubble
		})
		if !slices.Equal(failures, []int{1, 2}) || !slices.Equal(got, []string{"one"}) {
			t.Errorf("failures %v, lines %q", failures, got)
		}
	})
	t.Run("does not count expected failures", func(t *testing.T) {
		expected := errors.New("no container")
		o := &output{err: expected}
		var failures []int
		f := Follower{
			Expected: func(err error) bool { return errors.Is(err, expected) },
			Failed:   func(_ v1alpha1.Key, _ error, n int) { failures = append(failures, n) },
		}
		tail(t, f, o, func(update func(State), _ func()) {
			update(first)
			time.Sleep(retryPause + time.Millisecond) // virtual: this runs in a bubble
			o.set("", errors.New("refused"))
			time.Sleep(2 * retryPause) // virtual: this runs in a bubble
		})
		if !slices.Equal(failures, []int{1, 2}) {
			t.Errorf("failures %v", failures)
		}
	})
	t.Run("ends when the object is gone", func(t *testing.T) {
		o := &output{text: stamped(1, "one")}
		got := tail(t, Follower{}, o, func(update func(State), end func()) { update(first); end() })
		if !slices.Equal(got, []string{"one"}) {
			t.Errorf("lines %q", got)
		}
	})
}

func TestTailFinite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &Follower{Open: (&output{text: stamped(1, "done")}).open, Print: func(Line) error { return nil }, Finite: true}
		tl := f.Tail(app)
		tl.Update(State{Container: "c1", Finished: true})
		if err := tl.Run(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestPrintPast(t *testing.T) {
	texts := map[string]string{"a": stamped(1, "a1", "a2"), "b": stamped(0, "b0") + stamped(3, "b3")}
	var got []string
	f := &Follower{
		Open: func(_ context.Context, k v1alpha1.Key, _ v1alpha1.LogOptions) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(texts[k.Name])), nil
		},
		Print: func(l Line) error { got = append(got, l.Text); return nil },
	}
	if err := f.PrintPast(t.Context(), []v1alpha1.Key{{Name: "a"}, {Name: "b"}}, true); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"b0", "a1", "a2", "b3"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFromWriter(t *testing.T) {
	t.Run("returns an error before the first byte", func(t *testing.T) {
		refused := errors.New("refused")
		open := FromWriter(func(context.Context, v1alpha1.Key, v1alpha1.LogOptions, io.Writer) error { return refused })
		if _, err := open(t.Context(), app, v1alpha1.LogOptions{}); !errors.Is(err, refused) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ends the write when it is closed", func(t *testing.T) {
		ended := false
		open := FromWriter(func(ctx context.Context, _ v1alpha1.Key, _ v1alpha1.LogOptions, w io.Writer) error {
			_, _ = io.WriteString(w, "one\n")
			<-ctx.Done()
			ended = true
			return ctx.Err()
		})
		body, err := open(t.Context(), app, v1alpha1.LogOptions{})
		if err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 4)
		if _, err := io.ReadFull(body, buffer); err != nil || string(buffer) != "one\n" {
			t.Errorf("read %q, %v", buffer, err)
		}
		if err := body.Close(); err != nil || !ended {
			t.Errorf("closed with %v before the write ended", err)
		}
	})
}
