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
		{"the_life_of_a_container_is_told", lifeIsTold},
		{"networks_and_volumes_are_told", othersAreTold},
		{"what_happens_after_ready_is_told", nothingIsLost},
		{"since_tells_again_from_that_time_on", sinceReplays},
		{"the_end_of_the_context_ends_it", watchEnds},
		{"several_watchers_are_told", manyWatchers},
	}
}

// stream is a Watch under way.
type stream struct {
	mu     sync.Mutex
	events []engine.Event
	stop   context.CancelFunc
	ended  chan error
}

// watch returns once the subscription stands; the test's end ends it.
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
		b.t.Fatalf("watching: %v", err)
	}
	return s
}

// of is the first event of an object and an action.
func (s *stream) of(id engine.ID, action string) (engine.Event, bool) {
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

// tells waits for an event; any action will do where none is given.
func (b *bench) tells(s *stream, id engine.ID, action string) engine.Event {
	b.t.Helper()
	var ev engine.Event
	b.eventually("told of "+id.String()+" "+action, func() (ok bool) {
		ev, ok = s.of(id, action)
		return ok
	})
	return ev
}

func lifeIsTold(b *bench) {
	s := b.watch(time.Time{})
	id := b.run(b.server("web"))
	ev := b.tells(s, id, "create")
	equal(b, "label", ev.Labels["enginetest"], "label")
	equal(b, "has a time", ev.Time.IsZero(), false)
	b.tells(s, id, "start")
	b.ok(b.Rename(b.ctx, id, b.name("renamed")))
	b.tells(s, id, "rename")
	b.ok(b.Stop(b.ctx, id, grace))
	b.tells(s, id, "die")
	b.ok(b.Remove(b.ctx, id))
	b.tells(s, id, "destroy")
	job := b.run(b.container(b.h.Job(1), "job"))
	b.tells(s, job, "die")
}

func othersAreTold(b *bench) {
	s := b.watch(time.Time{})
	network, volume := b.network("net"), b.volume("data")
	b.tells(s, network, "create")
	b.tells(s, volume, "create")
	id := b.run(b.server("web", "net"))
	b.tells(s, network, "connect")
	b.ok(b.Disconnect(b.ctx, id, b.name("net")))
	b.tells(s, id, "disconnect")
	b.ok(b.Remove(b.ctx, network))
	b.tells(s, network, "destroy")
	b.ok(b.Remove(b.ctx, volume))
	b.tells(s, volume, "destroy")
}

// nothingIsLost is why one subscribes before one lists: what the list misses is
// told.
func nothingIsLost(b *bench) {
	s := b.watch(time.Time{})
	first := b.create(b.server("first"))
	_, listed := b.list().Objects[first]
	equal(b, "listed", listed, true)
	second := b.create(b.server("second"))
	b.tells(s, first, "")
	b.tells(s, second, "")
}

func sinceReplays(b *bench) {
	s := b.watch(time.Time{})
	old := b.create(b.server("old"))
	b.tells(s, old, "create")
	id := b.create(b.server("web"))
	at := b.tells(s, id, "create").Time
	s.stop()
	b.ok(b.Rename(b.ctx, id, b.name("renamed")))
	again := b.watch(at)
	b.tells(again, id, "create") // the time itself is included
	b.tells(again, id, "rename")
	fresh := b.watch(time.Time{})
	last := b.create(b.server("last"))
	b.tells(fresh, last, "create")
	if _, told := fresh.of(id, ""); told {
		b.t.Fatal("told again without being asked")
	}
}

func watchEnds(b *bench) {
	s := b.watch(time.Time{})
	s.stop()
	err := <-s.ended
	b.refused(err, engine.Canceled)
	s.ended <- err
	ctx, cancel := context.WithTimeout(b.ctx, 50*time.Millisecond)
	defer cancel()
	b.refused(b.Watch(ctx, time.Time{}, func() {}, func(engine.Event) {}), engine.Timeout)
}

func manyWatchers(b *bench) {
	first, second := b.watch(time.Time{}), b.watch(time.Time{})
	id := b.create(b.server("web"))
	b.tells(first, id, "create")
	b.tells(second, id, "create")
	first.stop()
	b.ok(b.Remove(b.ctx, id))
	b.tells(second, id, "destroy")
}
