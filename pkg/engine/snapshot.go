// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"maps"
	"slices"
	"strings"
)

// Snapshot is the observed state: every container, network and volume of the
// engine, and the references of its images. A Snapshot does not change: With,
// Without and WithUnread return changed copies.
type Snapshot struct {
	Objects map[ID]Object
	// Images maps an image reference in familiar form to the image's ID.
	Images map[string]string
	// Unread holds the error of each list that failed, by the kind of its objects:
	// image, network or volume. It never has the kind container: without a list of
	// containers there is no snapshot. It is empty when everything was read.
	//
	// The Objects and Images of an unread kind are as they were last read, by an
	// earlier list or one by one, and may be none at all. They may be acted on,
	// but their absence proves nothing: a decision that depends on the absence of
	// an object of an unread kind, for example to create a network or to pull an
	// image, is blocked with the reason that follows from the error's code. All
	// other decisions are unaffected.
	Unread map[Kind]error
}

// With returns a copy of the snapshot that contains obj.
func (s Snapshot) With(obj Object) Snapshot {
	objects := maps.Clone(s.Objects)
	if objects == nil {
		objects = map[ID]Object{}
	}
	objects[obj.ID] = obj
	s.Objects = objects
	return s
}

// Without returns a copy of the snapshot without the object with an ID.
func (s Snapshot) Without(id ID) Snapshot {
	objects := maps.Clone(s.Objects)
	delete(objects, id)
	s.Objects = objects
	return s
}

// WithUnread returns a copy of the snapshot without the objects of a kind whose
// list failed with err.
func (s Snapshot) WithUnread(kind Kind, err error) Snapshot {
	unread := maps.Clone(s.Unread)
	if unread == nil {
		unread = map[Kind]error{}
	}
	unread[kind] = err
	s.Unread = unread
	s.Objects = maps.Clone(s.Objects)
	maps.DeleteFunc(s.Objects, func(id ID, _ Object) bool { return id.Kind == kind })
	if kind == KindImage {
		s.Images = nil
	}
	return s
}

// Sorted returns the objects sorted by kind, name and ID.
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
