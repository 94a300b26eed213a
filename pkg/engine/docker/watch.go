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

// Watch reports events until ctx ends or the stream breaks; see engine.Watcher.
//
// The engine sends the header of its response before it subscribes, so the
// protocol does not reveal when the subscription is in effect. Watch therefore
// reads the engine's clock first and requests the events since then. The engine
// replays the events between the two, so no event after ready is lost. A since
// later than the engine's clock, which may have been set back, is ignored.
func (s *streams) Watch(ctx context.Context, since time.Time, ready func(), handle func(engine.Event)) error {
	o := op{verb: verbWatch, target: s.endpoint.host}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	// The deadline applies to the subscription only.
	timer := time.AfterFunc(s.timeout, func() { stop(context.DeadlineExceeded) })
	defer timer.Stop()

	messages, errs, err := s.subscribe(ctx, since)
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
			s.ooms.record(m)
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

// watchError classifies the error of a watch. The cause of the end of ctx takes
// precedence.
func watchError(ctx context.Context, o op, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return classify(ctx, o, err)
}

// subscribe requests the event stream and returns its channels.
func (s *streams) subscribe(ctx context.Context, since time.Time) (<-chan events.Message, <-chan error, error) {
	if err := s.renegotiate(ctx); err != nil {
		return nil, nil, err
	}
	cli := s.client.Load()
	info, err := cli.Info(ctx)
	if err != nil {
		return nil, nil, err
	}
	now := parseTime(info.SystemTime)
	if now.IsZero() {
		return nil, nil, fmt.Errorf("the engine reports an invalid time: %q", info.SystemTime)
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

// requestsStop reports whether an event is a request to end a container. The
// signals that programs use as messages (HUP, USR1, USR2) are not.
func requestsStop(m events.Message) bool {
	if m.Action != events.ActionKill {
		return m.Action == events.ActionStop
	}
	switch m.Actor.Attributes["signal"] {
	case "1", "10", "12":
		return false
	}
	return true
}

// translate converts an event of the engine. Events about commands in a container
// are dropped, because they do not change the container and health checks would
// flood the stream. An event about a container on a network yields one for each.
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
		ev.Stops = requestsStop(m)
	case events.NetworkEventType:
		if id := m.Actor.Attributes["container"]; id != "" {
			user := ev
			user.ID = engine.ID{Kind: engine.KindContainer, Value: id}
			return []engine.Event{ev, user}
		}
	}
	return []engine.Event{ev}
}
