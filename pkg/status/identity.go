// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// resources is the UUID namespace of the UIDs of resources.
var resources = uuid.MustParse("7c0f5c0e-6a53-4b0b-9d5d-2f6d1f3a5b1e")

// maxIncarnations bounds the memory of keys whose report was deleted.
const maxIncarnations = 4096

// incarnations counts how often the report of each key was deleted, so that a
// key that is declared again gets another UID.
type incarnations struct {
	deleted map[spec.Key]int
	// base is the count of keys that are not in the map.
	base int
}

// count returns how often the report of a key was deleted.
func (i *incarnations) count(k spec.Key) int {
	if n, found := i.deleted[k]; found {
		return n
	}
	return i.base
}

// add counts a deletion. When there are too many keys, all are forgotten and
// base is raised above every count, so that no UID is given twice.
func (i *incarnations) add(k spec.Key) {
	n := i.count(k) + 1
	if len(i.deleted) >= maxIncarnations {
		for _, other := range i.deleted {
			n = max(n, other+1)
		}
		i.base, i.deleted = n, nil
	}
	if i.deleted == nil {
		i.deleted = map[spec.Key]int{}
	}
	i.deleted[k] = n
}

// identify sets the UID and FirstSeen of a report if they are zero. It takes them
// from the previous report. Without one, the UID is derived so that it is the same
// after a restart of the controller, and FirstSeen is the present time. FirstSeen
// is never in the future.
func (s *Store) identify(r, prev *Report) {
	if prev != nil {
		if r.UID == "" {
			r.UID = prev.UID
		}
		if r.FirstSeen.IsZero() {
			r.FirstSeen = prev.FirstSeen
		}
	}
	if r.UID == "" {
		r.UID = s.uidOf(r.Key)
	}
	if now := s.clock(); r.FirstSeen.IsZero() || r.FirstSeen.After(now) {
		r.FirstSeen = now
	}
}

// uidOf returns the UID of the present incarnation of a key. It depends on the
// instance, the key and the number of incarnations before.
func (s *Store) uidOf(k spec.Key) string {
	name := fmt.Sprintf("%s\x00%s\x00%d", s.instance, k, s.incarnations.count(k))
	return uuid.NewSHA1(resources, []byte(name)).String()
}
