// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// word returns a change in a few words.
func word(c Change[v1alpha1.Object]) string {
	switch {
	case c.Synced:
		return "synced"
	case c.Object.Name == "":
		return string(c.Type)
	}
	return fmt.Sprintf("%s %s %s", c.Type, c.Object.Name, c.Object.Status.Phase)
}

// puller pulls the changes of a watch one by one.
type puller struct {
	t    *testing.T
	next func() (Change[v1alpha1.Object], error, bool)
}

func pull(t *testing.T, seq iter.Seq2[Change[v1alpha1.Object], error]) *puller {
	next, stop := iter.Pull2(seq)
	t.Cleanup(stop)
	return &puller{t, next}
}

func (p *puller) want(words ...string) {
	p.t.Helper()
	for _, want := range words {
		c, err, ok := p.next()
		if err != nil || !ok {
			p.t.Fatalf("want %q, the watch ended: %v", want, err)
		}
		if got := word(c); got != want {
			p.t.Fatalf("got %q, want %q", got, want)
		}
	}
}

// wantEnd returns the error that ends the watch.
func (p *puller) wantEnd() error {
	p.t.Helper()
	c, err, _ := p.next()
	if err == nil {
		p.t.Fatalf("want the end, got %q", word(c))
	}
	if _, _, ok := p.next(); ok {
		p.t.Error("the watch went on after its error")
	}
	return err
}

func TestWatch(t *testing.T) {
	t.Run("without a version it starts with the existing objects", func(t *testing.T) {
		s := newServer(t, 16)
		publish(s, report("a", true))
		publish(s, report("b", false))
		w := pull(t, s.client().Watch(t.Context(), spec.KindContainer, Selection{}, ""))
		w.want("ADDED a Running", "ADDED b Pending", "synced")
		publish(s, report("b", true))
		s.Delete(keyOf("a"))
		w.want("MODIFIED b Running", "DELETED a Running")
	})
	t.Run("with a version it yields later changes only", func(t *testing.T) {
		s := newServer(t, 16)
		publish(s, report("a", true))
		list, err := s.client().List(t.Context(), spec.KindContainer, Selection{})
		if err != nil {
			t.Fatal(err)
		}
		publish(s, report("b", true))
		pull(t, s.client().Watch(t.Context(), spec.KindContainer, Selection{}, list.ResourceVersion)).want("ADDED b Running")
	})
	t.Run("each change has the version from which to continue", func(t *testing.T) {
		s := newServer(t, 16)
		publish(s, report("a", true))
		first, _, _ := pull(t, s.client().Watch(t.Context(), spec.KindContainer, Selection{}, "")).next()
		publish(s, report("a", false))
		pull(t, s.client().Watch(t.Context(), spec.KindContainer, Selection{}, first.Version)).want("MODIFIED a Pending")
	})
	t.Run("a version that has expired is refused", func(t *testing.T) {
		s := newServer(t, 2)
		version := fmt.Sprint(s.Version())
		for i := range 3 {
			publish(s, report(fmt.Sprint("c", i), true))
		}
		err := pull(t, s.client().Watch(t.Context(), spec.KindContainer, Selection{}, version)).wantEnd()
		if !apierrors.IsResourceExpired(err) && !apierrors.IsGone(err) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the end of the controller is an error", func(t *testing.T) {
		s := newServer(t, 16)
		w := pull(t, s.client().Watch(t.Context(), spec.KindContainer, Selection{}, ""))
		w.want("synced")
		s.stop()
		if err := w.wantEnd(); !errors.Is(err, ErrLost) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the error of the context is yielded", func(t *testing.T) {
		s := newServer(t, 16)
		ctx, cancel := context.WithCancel(t.Context())
		w := pull(t, s.client().Watch(ctx, spec.KindContainer, Selection{}, ""))
		w.want("synced")
		cancel()
		if err := w.wantEnd(); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

// following is a running Follow.
type following struct {
	t     *testing.T
	words chan string
	ended chan error
}

func (s *server) follow(ctx context.Context, since string) *following {
	f := &following{s.t, make(chan string, 100), make(chan error, 1)}
	c := s.client()
	go func() {
		f.ended <- c.Follow(ctx, spec.KindContainer, Selection{}, since, func(c Change[v1alpha1.Object]) error {
			if c.Object.Name == "enough" {
				return errEnough
			}
			f.words <- word(c)
			return nil
		})
	}()
	return f
}

var errEnough = errors.New("enough")

func (f *following) want(words ...string) {
	f.t.Helper()
	got := []string{}
	for range words {
		select {
		case w := <-f.words:
			got = append(got, w)
		case <-time.After(time.Minute):
			f.t.Fatalf("got %v, and then no change for a minute; want %v", got, words)
		}
	}
	if diff := cmp.Diff(words, got); diff != "" {
		f.t.Fatal(diff)
	}
}

func TestFollow(t *testing.T) {
	t.Run("continues where it was after a restart of the controller", func(t *testing.T) {
		s := newServer(t, 16)
		publish(s, report("a", true))
		ctx, cancel := context.WithCancel(t.Context())
		f := s.follow(ctx, "")
		f.want("ADDED a Running", "synced")
		s.stop()
		publish(s, report("b", true))
		s.start()
		f.want("ADDED b Running")
		cancel()
		if err := <-f.ended; err != nil {
			t.Errorf("want no error at the end of the context: %v", err)
		}
	})
	t.Run("starts again if its version has expired", func(t *testing.T) {
		s := newServer(t, 2)
		f := s.follow(t.Context(), "")
		f.want("synced")
		s.stop()
		for i := range 4 {
			publish(s, report(fmt.Sprint("c", i), true))
		}
		s.start()
		f.want("ADDED c0 Running", "ADDED c1 Running", "ADDED c2 Running", "ADDED c3 Running", "synced")
		publish(s, report("enough", true))
		<-f.ended
	})
	t.Run("ends with the error of its handler", func(t *testing.T) {
		s := newServer(t, 16)
		publish(s, report("enough", true))
		if err := <-s.follow(t.Context(), "").ended; !errors.Is(err, errEnough) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ends when the controller refuses the watch", func(t *testing.T) {
		s := newServer(t, 16)
		if err := <-s.follow(t.Context(), "nonsense").ended; !apierrors.IsBadRequest(err) {
			t.Errorf("got %v", err)
		}
	})
}

func TestFollowEvents(t *testing.T) {
	s := newServer(t, 16)
	s.Record(status.Event{Key: keyOf("a"), Type: status.Normal, Reason: "Created", Message: "m"})
	list, err := s.client().Events(t.Context(), Selection{})
	if err != nil {
		t.Fatal(err)
	}
	s.Record(status.Event{Key: keyOf("b"), Type: status.Normal, Reason: "Started", Message: "m"})
	s.Record(status.Event{Key: keyOf("a"), Type: status.Normal, Reason: "Created", Message: "m"})
	var got []string
	err = s.client().FollowEvents(t.Context(), Selection{}, list.ResourceVersion, func(c Change[v1alpha1.Event]) error {
		got = append(got, fmt.Sprintf("%s %s %s %d", c.Type, c.Object.InvolvedObject.Name, c.Object.Reason, c.Object.Count))
		if len(got) == 2 {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) || !slices.Equal(got, []string{"ADDED b Started 1", "MODIFIED a Created 2"}) {
		t.Errorf("got %q, %v", got, err)
	}
}
