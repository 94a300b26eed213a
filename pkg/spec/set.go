// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"maps"
	"slices"
	"time"
)

// Set is the desired state that a directory of manifests declares.
type Set struct {
	// Objects holds the valid objects, the last valid version of objects whose
	// file has an error now, and the implied objects.
	Objects map[Key]Object
	// Problems lists the errors of the manifests, sorted by position.
	Problems []Problem
	// Complete reports whether everything that could declare an object was read.
	// Only then is an object that is missing here to be deleted.
	Complete bool
	// Shielded holds the files that exist but have no valid version. Engine objects
	// whose source label is such a file are not removed.
	Shielded map[string]bool
	// Warnings lists references that are valid but probably misspelled, sorted by
	// position.
	Warnings []Problem
	// OtherFiles lists the files of other tools, sorted by directory. They are
	// Shielded too.
	OtherFiles []OtherFiles
	// Noticed is the time of the first event that led to this Set; zero if there
	// was none.
	Noticed time.Time
}

// Problem is an error in a manifest and the object that it affects.
type Problem struct {
	// Key identifies the affected object; the zero Key if it is not known.
	Key Key
	// Reason is one of ManifestInvalid, PolicyDenied or DuplicateName; in a warning
	// it is UndeclaredName.
	Reason string
	// Error describes the error, its position, and how to correct it.
	Error Error
}

// Keys returns the keys of the objects, sorted.
func (s Set) Keys() []Key {
	return slices.SortedFunc(maps.Keys(s.Objects), Key.Compare)
}
