// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"maps"
	"slices"
	"time"
)

// Set is the desired state: what a directory of manifests amounts to.
type Set struct {
	// Objects are the valid objects, the last good version of those whose file
	// is at fault now, and the implied ones.
	Objects map[Key]Object
	// Problems are what is wrong with the manifests, sorted by position.
	Problems []Problem
	// Complete reports that everything which could declare an object was read:
	// only then does absence mean deletion.
	Complete bool
	// Shielded are the files that exist but yield nothing, not even a last good
	// version: what carries one of them as its source label is not removed.
	Shielded map[string]bool
	// Noticed is when the first of the changes was noticed that led to this Set;
	// zero when nothing told of them.
	Noticed time.Time
}

// Problem is one fault in a manifest, and what is known of the object it hits.
type Problem struct {
	// Key is the object at fault; the zero Key when it cannot be told.
	Key Key
	// Reason is a stable CamelCase word: ManifestInvalid, PolicyDenied or DuplicateName.
	Reason string
	// Error says what is wrong, where, and the way out.
	Error Error
}

// Keys are the keys of the objects, sorted.
func (s Set) Keys() []Key {
	return slices.SortedFunc(maps.Keys(s.Objects), Key.Compare)
}
