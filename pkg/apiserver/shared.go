// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"encoding/json"
	"sync"

	"github.com/pact-toolbox/reconciler/pkg/status"
)

// sharedChanges is how many changes are kept as they are shown.
const sharedChanges = 256

// shared keeps the latest changes as they are shown, so that a change is made
// into an item, and that into JSON, once and not for each who watches.
type shared struct {
	mu    sync.Mutex
	slots [sharedChanges]shown
}

// shown is one change as one resource shows it.
type shown struct {
	resource      string
	version       uint64
	before, after *item
	// text is the JSON of the item that was encoded last, as form as.
	text json.RawMessage
	of   *item
	as   string
}

// items are the items of a change.
func (s *shared) items(res resource, c status.Change, track tracker) (before, after *item) {
	name := res.String() + "/" + res.plural
	s.mu.Lock()
	defer s.mu.Unlock()
	slot := &s.slots[c.ResourceVersion%sharedChanges]
	if slot.version != c.ResourceVersion || slot.resource != name {
		*slot = shown{resource: name, version: c.ResourceVersion}
		slot.before, slot.after = track(c)
	}
	return slot.before, slot.after
}

// encode is the JSON of an item of a change, in a form that does not depend on
// the time.
func (s *shared) encode(version uint64, i *item, form form, show func() any) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	slot := &s.slots[version%sharedChanges]
	if slot.version != version || i == nil || slot.before != i && slot.after != i {
		return encode(show())
	}
	if slot.of != i || slot.as != form.as {
		slot.text, slot.of, slot.as = encode(show()), i, form.as
	}
	return slot.text
}
