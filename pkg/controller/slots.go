// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"sync"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// pullSlots is how many images are pulled at once, over all keys.
const pullSlots = 2

// slots bound what is done at the engine at once. Pulls may take many minutes
// and have slots of their own: a key that finds none does not wait for it on a
// worker, but comes again when one is free.
type slots struct {
	changes chan struct{}

	mu      sync.Mutex
	pulls   int
	waiting map[spec.Key]bool
}

func newSlots(changes int) *slots {
	return &slots{changes: make(chan struct{}, changes), waiting: map[spec.Key]bool{}}
}

// admit reports that there is a slot for what an action needs, and takes it when
// it is one for a pull; else the key waits for one.
func (s *slots) admit(a plan.Action) bool {
	if a.Verb != plan.Pull {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pulls >= pullSlots {
		s.waiting[a.Key] = true
		return false
	}
	s.pulls++
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

// leave gives back the slot of an action and returns the keys that waited for it.
func (s *slots) leave(a plan.Action) []spec.Key {
	if a.Verb != plan.Pull {
		<-s.changes
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulls--
	var keys []spec.Key
	for k := range s.waiting {
		keys = append(keys, k)
	}
	clear(s.waiting)
	return keys
}
