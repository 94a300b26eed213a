// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func watchTests() []obligation {
	return []obligation{
		{"changes_of_a_container_are_reported", containerEvents},
		{"changes_of_networks_and_volumes_are_reported", otherEvents},
		{"changes_after_ready_are_reported", nothingIsLost},
		{"since_repeats_events_from_that_time", sinceReplays},
		{"the_watch_ends_with_the_context", watchEnds},
		{"several_watchers_receive_events", manyWatchers},
	}
}

// stream is a Watch in progress.
type stream struct {
	mu     sync.Mutex
	events []engine.Event
	stop   context.CancelFunc
	ended  chan error
}

// watch starts a Watch and returns when it is ready. It stops at the end of the
// test.
func (b *bench) watch(since time.Time) *stream {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.ctx)
	s := &stream{stop: cancel, ended: make(chan error, 1)}
	ready := make(chan struct{})
	go func() {
		s.ended <- b.Watch(ctx, since, func() { close(ready) }, func(ev engine.Event) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.events = append(s.events, ev)
		})
	}()
	b.t.Cleanup(func() {
		cancel()
		<-s.ended
	})
	select {
	case <-ready:
	case err := <-s.ended:
		s.ended <- err
		b.t.Fatalf("watch: %v", err)
	}
	return s
}

// find returns the first event of an object with an action, or with any action if
// action is empty.
func (s *stream) find(id engine.ID, action string) (engine.Event, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.events, func(ev engine.Event) bool {
		return ev.ID == id && (ev.Action == action || action == "")
	})
	if i < 0 {
		return engine.Event{}, false
	}
	return s.events[i], true
}

// waitForEvent waits for an event of an object with an action, or with any action
// if action is empty.
func (b *bench) waitForEvent(s *stream, id engine.ID, action string) engine.Event {
	b.t.Helper()
	var ev engine.Event
	b.eventually("event of "+id.String()+" "+action, func() (ok bool) {
		ev, ok = s.find(id, action)
		return ok
	})
	return ev
}

func containerEvents(b *bench) {
	s := b.watch(time.Time{})
	id := b.run(b.server("web"))
	ev := b.waitForEvent(s, id, "create")
	equal(b, "label", ev.Labels["enginetest"], "label")
	equal(b, "has a time", ev.Time.IsZero(), false)
	b.waitForEvent(s, id, "start")
	b.noError(b.Rename(b.ctx, id, b.name("renamed")))
	b.waitForEvent(s, id, "rename")
	b.noError(b.Stop(b.ctx, id, grace))
	b.waitForEvent(s, id, "die")
	b.noError(b.Remove(b.ctx, id))
	b.waitForEvent(s, id, "destroy")
	job := b.run(b.container(b.h.Job(1), "job"))
	b.waitForEvent(s, job, "die")
}

func otherEvents(b *bench) {
	s := b.watch(time.Time{})
	network, volume := b.network("net"), b.volume("data")
	b.waitForEvent(s, network, "create")
	b.waitForEvent(s, volume, "create")
	id := b.run(b.server("web", "net"))
	b.waitForEvent(s, network, "connect")
	b.noError(b.Disconnect(b.ctx, id, b.name("net")))
	b.waitForEvent(s, id, "disconnect")
	b.noError(b.Remove(b.ctx, network))
	b.waitForEvent(s, network, "destroy")
	b.noError(b.Remove(b.ctx, volume))
	b.waitForEvent(s, volume, "destroy")
}

// nothingIsLost covers a caller that lists after ready: the events contain what the
// list misses.
func nothingIsLost(b *bench) {
	s := b.watch(time.Time{})
	first := b.create(b.server("first"))
	_, listed := b.list().Objects[first]
	equal(b, "listed", listed, true)
	second := b.create(b.server("second"))
	b.waitForEvent(s, first, "")
	b.waitForEvent(s, second, "")
}

func sinceReplays(b *bench) {
	s := b.watch(time.Time{})
	old := b.create(b.server("old"))
	b.waitForEvent(s, old, "create")
	id := b.create(b.server("web"))
	at := b.waitForEvent(s, id, "create").Time
	s.stop()
	b.noError(b.Rename(b.ctx, id, b.name("renamed")))
	again := b.watch(at)
	b.waitForEvent(again, id, "create") // the time is inclusive
	b.waitForEvent(again, id, "rename")
	fresh := b.watch(time.Time{})
	last := b.create(b.server("last"))
	b.waitForEvent(fresh, last, "create")
	if _, repeated := fresh.find(id, ""); repeated {
		b.t.Fatal("an event was repeated without since")
	}
}

func watchEnds(b *bench) {
	s := b.watch(time.Time{})
	s.stop()
	err := <-s.ended
	b.hasCode(err, engine.Canceled)
	s.ended <- err
	ctx, cancel := context.WithTimeout(b.ctx, 50*time.Millisecond)
	defer cancel()
	b.hasCode(b.Watch(ctx, time.Time{}, func() {}, func(engine.Event) {}), engine.Timeout)
}

func manyWatchers(b *bench) {
	first, second := b.watch(time.Time{}), b.watch(time.Time{})
	id := b.create(b.server("web"))
	b.waitForEvent(first, id, "create")
	b.waitForEvent(second, id, "create")
	first.stop()
	b.noError(b.Remove(b.ctx, id))
	b.waitForEvent(second, id, "destroy")
}
