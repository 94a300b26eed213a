// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"maps"
	"slices"
	"strings"
)

// Snapshot is the observed state: every container, network and volume of the
// engine, and which image references it holds. A Snapshot is not changed after
// it was handed out: With and Without return changed copies.
type Snapshot struct {
	Objects map[ID]Object
	// Images maps an image reference in familiar form to the image's ID.
	Images map[string]string
}

// With is a copy of the snapshot that holds obj.
func (s Snapshot) With(obj Object) Snapshot {
	objects := maps.Clone(s.Objects)
	if objects == nil {
		objects = map[ID]Object{}
	}
	objects[obj.ID] = obj
	return Snapshot{Objects: objects, Images: s.Images}
}

// Without is a copy of the snapshot that lacks id.
func (s Snapshot) Without(id ID) Snapshot {
	objects := maps.Clone(s.Objects)
	delete(objects, id)
	return Snapshot{Objects: objects, Images: s.Images}
}

// Sorted are the objects by kind, name and ID.
func (s Snapshot) Sorted() []Object {
	return slices.SortedFunc(maps.Values(s.Objects), func(a, b Object) int {
		if c := strings.Compare(string(a.ID.Kind), string(b.ID.Kind)); c != 0 {
			return c
		}
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return strings.Compare(a.ID.Value, b.ID.Value)
	})
}
