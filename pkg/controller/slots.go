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

// pullSlots is how many images are pulled at once, over all keys.
const pullSlots = 2

// slots bound what is done at the engine at once. Pulls may take many minutes
// and have slots of their own, one for each image: a key that finds none, or
// whose image is being pulled for another one, does not wait for it on a worker,
// but comes again when that pull has ended.
type slots struct {
	changes chan struct{}

	mu sync.Mutex
	// pulls are the keys that wait for each pull that is under way, by image.
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

// imageOf is the image that a pull fetches.
func imageOf(a plan.Action) string { return a.Object.Container.ImageReference() }

// admit reports that there is a slot for what an action needs, and takes it when
// it is one for a pull; else the key waits for one.
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

// leave gives back the slot of an action. After a pull it returns the keys that
// waited for that image, and those that waited for any.
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

// sharers are the keys that wait for the pull of an image.
func (s *slots) sharers(image string) []spec.Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.pulls[image]))
}
