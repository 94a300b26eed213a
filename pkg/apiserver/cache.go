// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"encoding/json"
	"sync"

	"github.com/pact-toolbox/reconciler/pkg/status"
)

// cachedChanges is the number of changes in a changeCache.
const cachedChanges = 256

// changeCache holds the latest changes as items and as JSON, so that a change is
// converted and encoded once and not for each watch.
type changeCache struct {
	mu    sync.Mutex
	slots [cachedChanges]cachedChange
}

// cachedChange is one change as an item of one resource.
type cachedChange struct {
	resource      string
	version       uint64
	before, after *item
	// text is the JSON of the item encoded, in the form as.
	text    json.RawMessage
	encoded *item
	as      string
}

// items returns the items before and after a change.
func (c *changeCache) items(res resource, change status.Change, track tracker) (before, after *item) {
	name := res.String() + "/" + res.plural
	c.mu.Lock()
	defer c.mu.Unlock()
	slot := &c.slots[change.ResourceVersion%cachedChanges]
	if slot.version != change.ResourceVersion || slot.resource != name {
		*slot = cachedChange{resource: name, version: change.ResourceVersion}
		slot.before, slot.after = track(change)
	}
	return slot.before, slot.after
}

// encode returns the JSON of an item of a change. The form must not depend on the
// time. value returns the value to encode.
func (c *changeCache) encode(version uint64, i *item, form form, value func() any) json.RawMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	slot := &c.slots[version%cachedChanges]
	if slot.version != version || i == nil || slot.before != i && slot.after != i {
		return encode(value())
	}
	if slot.encoded != i || slot.as != form.as {
		slot.text, slot.encoded, slot.as = encode(value()), i, form.as
	}
	return slot.text
}
