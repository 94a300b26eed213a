// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// shared is the data that all parts of the state use. Its lock guards the whole
// state.
type shared struct {
	mu sync.Mutex
	feed

	clock func() time.Time
	// realTime is true if no clock was given, so that timers work.
	realTime bool
	// sequence numbers the objects. IDs derive from it, and it orders changes that
	// are due at the same time.
	sequence uint64
	// snapshot is the last one returned; nil after a change.
	snapshot *engine.Snapshot
	// due is the time of the next change by itself, zero if there is none. It is
	// valid while dueKnown is true.
	due      time.Time
	dueKnown bool
}

// newID returns a new ID in the form that engines use, and its number.
func (s *shared) newID() (string, uint64) {
	s.sequence++
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("memory engine "), s.sequence))
	return hex.EncodeToString(sum[:]), s.sequence
}

// invalidate drops the values that were derived from the state.
func (s *shared) invalidate() {
	s.snapshot = nil
	s.dueKnown = false
}

// state is everything that an engine holds, in one part for each subject.
type state struct {
	*shared
	images     *images
	networks   *networks
	volumes    *volumes
	ports      *ports
	containers *containers
}

func newState(opts Options) *state {
	s := &shared{clock: opts.Clock, feed: newFeed()}
	if s.clock == nil {
		s.clock, s.realTime = time.Now, true
	}
	out := &state{
		shared:   s,
		images:   newImages(s, opts),
		networks: &networks{shared: s, byID: map[string]*network{}},
		volumes:  &volumes{shared: s, byName: map[string]*volume{}},
		ports:    newPorts(),
	}
	out.containers = newContainers(out, opts.HostPath)
	out.containers.needsBaseNetwork = opts.NeedsBaseNetwork
	return out
}

// apply runs do with the engine locked, after the changes that are due.
func (s *state) apply(do func(now time.Time)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do(s.containers.settle())
}

// remove removes an object of any kind. It returns InUse for a network or volume
// that has users.
func (s *state) remove(op Op, id engine.ID) error {
	switch id.Kind {
	case engine.KindContainer:
		s.containers.remove(id)
		return nil
	case engine.KindNetwork:
		return s.networks.remove(op, id)
	case engine.KindVolume:
		if user := s.containers.userOf(id.Value); user != nil {
			return refuse(op, engine.InUse, "volume is in use - [%s]", user.id)
		}
		s.volumes.remove(id)
		return nil
	}
	return refuse(op, engine.Invalid, "objects of kind %q are not removed", id.Kind)
}
