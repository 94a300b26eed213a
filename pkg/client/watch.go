// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// ErrLost means that the controller ended a watch, for example because it stopped.
var ErrLost = errors.New("the controller ended the watch")

// Change is one change in a watch.
type Change[T any] struct {
	Type watch.EventType
	// Object is the new state, or the last state of a deleted object. It is zero for
	// a Bookmark.
	Object T
	// Version is the version from which a watch continues after this change.
	Version string
	// Synced marks the Bookmark that ends the initial state.
	Synced bool
}

// Watch yields the changes of the resources of a kind since a version of a list. If
// the version is empty, it first yields the existing resources as Added, and then a
// Synced Bookmark. It ends after it yields an error, for example the error of ctx.
func (c *Client) Watch(ctx context.Context, kind v1alpha1.Kind, sel Selection, since string) iter.Seq2[Change[v1alpha1.Object], error] {
	return stream[v1alpha1.Object](ctx, c, collection(kind, sel.Namespace), sel, since)
}

// WatchEvents is Watch for events.
func (c *Client) WatchEvents(ctx context.Context, sel Selection, since string) iter.Seq2[Change[v1alpha1.Event], error] {
	return stream[v1alpha1.Event](ctx, c, eventsPath(sel), sel, since)
}

func stream[T any](ctx context.Context, c *Client, path string, sel Selection, since string) iter.Seq2[Change[T], error] {
	return func(yield func(Change[T], error) bool) {
		body, err := c.do(ctx, path, watchQuery(sel, since), "application/json")
		if err != nil {
			yield(Change[T]{}, err)
			return
		}
		defer func() { _ = body.Close() }()
		dec := json.NewDecoder(body)
		for {
			change, err := next[T](dec)
			if err != nil && ctx.Err() != nil {
				err = ctx.Err()
			}
			if !yield(change, err) || err != nil {
				return
			}
		}
	}
}

func watchQuery(sel Selection, since string) url.Values {
	q := sel.query()
	q.Set("watch", "true")
	q.Set("allowWatchBookmarks", "true")
	if since == "" {
		q.Set("sendInitialEvents", "true")
		q.Set("resourceVersionMatch", string(metav1.ResourceVersionMatchNotOlderThan))
		return q
	}
	q.Set("resourceVersion", since)
	return q
}

// next decodes one change.
func next[T any](dec *json.Decoder) (Change[T], error) {
	var frame struct {
		Type   watch.EventType `json:"type"`
		Object json.RawMessage `json:"object"`
	}
	if err := dec.Decode(&frame); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return Change[T]{}, ErrLost
		}
		return Change[T]{}, fmt.Errorf("%w: %w", ErrLost, err)
	}
	change := Change[T]{Type: frame.Type}
	if frame.Type == watch.Error {
		var s metav1.Status
		if err := json.Unmarshal(frame.Object, &s); err != nil {
			return change, fmt.Errorf("decode the end of a watch: %w", err)
		}
		return change, &apierrors.StatusError{ErrStatus: s}
	}
	var meta metav1.PartialObjectMetadata
	if err := json.Unmarshal(frame.Object, &meta); err != nil {
		return change, fmt.Errorf("decode a change: %w", err)
	}
	change.Version = meta.ResourceVersion
	if frame.Type == watch.Bookmark {
		change.Synced = meta.Annotations[metav1.InitialEventsAnnotationKey] == "true"
		return change, nil
	}
	if err := json.Unmarshal(frame.Object, &change.Object); err != nil {
		return change, fmt.Errorf("decode a change: %w", err)
	}
	return change, nil
}

// Follow calls handle for the changes that Watch yields. When the watch is
// interrupted, for example because the controller restarts, it continues where it
// was; if that is impossible, it starts again with the existing resources. It
// returns nil when ctx ends. It returns the first error of handle, and an error with
// which the controller refuses a watch.
func (c *Client) Follow(ctx context.Context, kind v1alpha1.Kind, sel Selection, since string, handle func(Change[v1alpha1.Object]) error) error {
	return follow(ctx, c.pause, since, handle, func(since string) iter.Seq2[Change[v1alpha1.Object], error] {
		return c.Watch(ctx, kind, sel, since)
	})
}

// FollowEvents is Follow for events.
func (c *Client) FollowEvents(ctx context.Context, sel Selection, since string, handle func(Change[v1alpha1.Event]) error) error {
	return follow(ctx, c.pause, since, handle, func(since string) iter.Seq2[Change[v1alpha1.Event], error] {
		return c.WatchEvents(ctx, sel, since)
	})
}

// defaultPause is the time between two attempts to watch.
const defaultPause = 500 * time.Millisecond

func follow[T any](ctx context.Context, pause time.Duration, since string, handle func(Change[T]) error,
	watch func(since string) iter.Seq2[Change[T], error],
) error {
	for {
		var cause error
		for change, err := range watch(since) {
			if err != nil {
				cause = err
				break
			}
			since = change.Version
			if err := handle(change); err != nil {
				return err
			}
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case expired(cause):
			since = ""
		case !interrupted(cause):
			return cause
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// interrupted returns whether a watch can be repeated after an error: the controller
// stopped, or does not answer.
func interrupted(err error) bool {
	var unreachable *UnreachableError
	return errors.Is(err, ErrLost) || errors.As(err, &unreachable)
}

// expired returns whether the changes since a version are lost.
func expired(err error) bool { return apierrors.IsResourceExpired(err) || apierrors.IsGone(err) }
