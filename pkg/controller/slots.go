// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// pullSlots is the maximum number of simultaneous pulls.
const pullSlots = 2

// slots limit the simultaneous changes at the engine. Pulls may take many minutes
// and have slots of their own, one for each image. A key does not occupy a worker
// while it waits for a free slot, or for the pull of its image by another key: it is
// requeued when that pull has ended.
type slots struct {
	changes chan struct{}

	mu sync.Mutex
	// pulls are the keys that wait for each pull in progress, by image.
	pulls map[string]map[spec.Key]bool
	// waiting are the keys that wait for any pull to end.
	waiting map[spec.Key]bool
}

func newSlots(changes int) *slots {
	return &slots{
		changes: make(chan struct{}, changes),
		pulls:   map[string]map[spec.Key]bool{}, waiting: map[spec.Key]bool{},
	}
}

// imageOf returns the image of a pull.
func imageOf(a plan.Action) string { return a.Object.Container.ImageReference() }

// admit reports whether there is a slot for an action. It takes the slot of a pull,
// or registers the key as waiting for one.
func (s *slots) admit(a plan.Action) bool {
	if a.Verb != plan.Pull {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if sharers, running := s.pulls[imageOf(a)]; running {
		sharers[a.Key] = true
		return false
	}
	if len(s.pulls) >= pullSlots {
		s.waiting[a.Key] = true
		return false
	}
	s.pulls[imageOf(a)] = map[spec.Key]bool{}
	return true
}

// enter waits for a slot for an admitted action; false when ctx ends first.
func (s *slots) enter(ctx context.Context, a plan.Action) bool {
	if a.Verb == plan.Pull {
		return true
	}
	select {
	case s.changes <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// leave releases the slot of an action. For a pull it returns the keys that waited
// for that image, and the keys that waited for any slot.
func (s *slots) leave(a plan.Action) (sharers, others []spec.Key) {
	if a.Verb != plan.Pull {
		<-s.changes
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sharers = slices.Collect(maps.Keys(s.pulls[imageOf(a)]))
	others = slices.Collect(maps.Keys(s.waiting))
	delete(s.pulls, imageOf(a))
	clear(s.waiting)
	return sharers, others
}

// sharers returns the keys that wait for the pull of an image.
func (s *slots) sharers(image string) []spec.Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.pulls[image]))
}
