// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"

	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Watch tells of events until ctx ends or the stream breaks.
//
// The engine sends the response's header before it subscribes, so nothing in
// the protocol says when the subscription stands. Therefore the engine's own
// clock is read first, and the stream is asked to begin there: the engine
// replays what happened between the two, and nothing that happens after ready
// is lost. A since that is ahead of that clock (it was set back) is ignored.
func (e *Engine) Watch(ctx context.Context, since time.Time, ready func(), handle func(engine.Event)) error {
	o := op{verb: verbWatch, target: e.endpoint.host}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	// The stream has no end, its beginning has: the timer covers just that.
	timer := time.AfterFunc(e.timeout, func() { stop(context.DeadlineExceeded) })
	defer timer.Stop()

	messages, errs, err := e.subscribe(ctx, since)
	if !timer.Stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return watchError(ctx, o, err)
	}
	ready()
	for {
		select {
		case m := <-messages:
			e.ooms.note(m)
			for _, ev := range translate(m) {
				handle(ev)
			}
		case err := <-errs:
			if err == nil || errors.Is(err, io.EOF) {
				err = errStreamEnded
			}
			return watchError(ctx, o, err)
		}
	}
}

// watchError gives the cause of a context's end its place.
func watchError(ctx context.Context, o op, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return classify(ctx, o, err)
}

// subscribe connects and returns once the engine has taken the request.
func (e *Engine) subscribe(ctx context.Context, since time.Time) (<-chan events.Message, <-chan error, error) {
	if err := e.renegotiate(ctx); err != nil {
		return nil, nil, err
	}
	cli := e.client.Load()
	info, err := cli.Info(ctx)
	if err != nil {
		return nil, nil, err
	}
	now := parseTime(info.SystemTime)
	if now.IsZero() {
		return nil, nil, fmt.Errorf("the engine tells no time: %q", info.SystemTime)
	}
	if since.IsZero() || since.After(now) {
		since = now
	}
	messages, errs := cli.Events(ctx, events.ListOptions{
		Since: fmt.Sprintf("%d.%09d", since.Unix(), since.Nanosecond()),
		Filters: filters.NewArgs(
			filters.Arg("type", string(events.ContainerEventType)),
			filters.Arg("type", string(events.NetworkEventType)),
			filters.Arg("type", string(events.VolumeEventType)),
			filters.Arg("type", string(events.ImageEventType)),
		),
	})
	return messages, errs, nil
}

// stops reports that an event tells of somebody who wants a container to end. A
// signal that programs take as a message (HUP, USR1, USR2) is none of that.
func stops(m events.Message) bool {
	if m.Action != events.ActionKill {
		return m.Action == events.ActionStop
	}
	switch m.Actor.Attributes["signal"] {
	case "1", "10", "12":
		return false
	}
	return true
}

// translate makes our events of one of the engine's. What runs inside a
// container is no change to it: health checks alone would flood the stream. A
// network event about a container concerns both.
func translate(m events.Message) []engine.Event {
	if strings.HasPrefix(string(m.Action), "exec_") {
		return nil
	}
	ev := engine.Event{
		ID:     engine.ID{Kind: engine.Kind(m.Type), Value: m.Actor.ID},
		Action: string(m.Action),
		Time:   time.Unix(0, m.TimeNano).UTC(),
	}
	switch m.Type {
	case events.ContainerEventType:
		ev.Labels = maps.Clone(m.Actor.Attributes)
		ev.Stops = stops(m)
	case events.NetworkEventType:
		if id := m.Actor.Attributes["container"]; id != "" {
			user := ev
			user.ID = engine.ID{Kind: engine.KindContainer, Value: id}
			return []engine.Event{ev, user}
		}
	}
	return []engine.Event{ev}
}
