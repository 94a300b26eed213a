// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"maps"
	"path"
	"reflect"
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// memory is what has to be known of earlier scans: it makes a Set of the next
// one. It is a value: a step leaves the old one as it was.
type memory struct {
	// delay is how long what vanished stays in the Set.
	delay time.Duration
	known map[spec.Key]known
	// set is the last Set.
	set spec.Set
}

// known is an object that was good at some time.
type known struct {
	object spec.Object
	// missing is when it was first found to have vanished; zero while its file
	// declares it or cannot tell.
	missing time.Time
}

// verdict is what a step has come to so far.
type verdict struct {
	scan     scan
	before   memory
	now      time.Time
	known    map[spec.Key]known
	problems []spec.Problem
}

// step takes in a scan made at now. Its Set is in the memory it returns, with
// the time at which another scan is needed to tell whether what vanished is
// gone; zero when nothing has vanished. Absence is believed only when scans
// that could read everything have agreed on it for the delay.
func (m memory) step(s scan, now time.Time) (memory, time.Time) {
	v := &verdict{scan: s, before: m, now: now, known: map[spec.Key]known{}}
	claims := v.claims()
	keys := map[spec.Key]bool{}
	for k := range m.known {
		keys[k] = true
	}
	for k := range claims {
		keys[k] = true
	}
	for _, k := range slices.SortedFunc(maps.Keys(keys), spec.Key.Compare) {
		v.decide(k, claims[k])
	}
	v.reportFiles()
	next := memory{delay: m.delay, known: v.known}
	next.set = spec.Set{
		Objects:  generations(m.set.Objects, spec.Imply(spec.Resolve(v.objects()))),
		Problems: sortProblems(v.problems),
		Complete: s.err == nil,
		Shielded: v.shielded(),
	}
	return next, v.wake()
}

// claims are the declarations of each key, by file. A file that is at fault
// still declares what it declared when it was good.
func (v *verdict) claims() map[spec.Key][]spec.Object {
	claims := map[spec.Key][]spec.Object{}
	for _, rel := range slices.Sorted(maps.Keys(v.scan.files)) {
		for _, obj := range v.scan.files[rel].objects {
			claims[obj.Key()] = append(claims[obj.Key()], obj)
		}
	}
	for k, was := range v.before.known {
		if _, at := v.faulty(was.object.Source.File); at {
			claims[k] = append(claims[k], was.object)
		}
	}
	return claims
}

// faulty is the path that keeps a file from being read: its own, or a link
// above it.
func (v *verdict) faulty(rel string) (string, bool) {
	for ; rel != "." && rel != "/" && rel != ""; rel = path.Dir(rel) {
		if f, seen := v.scan.files[rel]; seen && !f.good() {
			return rel, true
		}
	}
	return "", false
}

// decide settles one key.
func (v *verdict) decide(k spec.Key, claims []spec.Object) {
	was, knew := v.before.known[k]
	switch {
	case len(claims) == 1:
		v.known[k] = known{object: claims[0]}
	case len(claims) > 1:
		if winner := v.duplicate(k, claims, was.object, knew); !winner.IsZero() {
			v.known[k] = known{object: winner}
		}
	case v.scan.err != nil:
		v.known[k] = known{object: was.object}
	case was.missing.IsZero():
		v.known[k] = known{object: was.object, missing: v.now}
	case v.now.Sub(was.missing) < v.before.delay:
		v.known[k] = was
	}
}

// objects are what goes into the Set.
func (v *verdict) objects() map[spec.Key]spec.Object {
	objects := make(map[spec.Key]spec.Object, len(v.known))
	for k, entry := range v.known {
		objects[k] = entry.object
	}
	return objects
}

// shielded are the files that yield nothing, not even what they once did.
func (v *verdict) shielded() map[string]bool {
	kept := map[string]bool{}
	for _, was := range v.before.known {
		if at, faulty := v.faulty(was.object.Source.File); faulty {
			kept[at] = true
		}
	}
	shielded := map[string]bool{}
	for rel, f := range v.scan.files {
		if !f.good() && !kept[rel] {
			shielded[rel] = true
		}
	}
	return shielded
}

// wake is when the first of what vanished may be gone.
func (v *verdict) wake() time.Time {
	var first time.Time
	for _, entry := range v.known {
		if at := entry.missing.Add(v.before.delay); !entry.missing.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// generations numbers the versions of each object, from 1.
func generations(before, now map[spec.Key]spec.Object) map[spec.Key]spec.Object {
	out := make(map[spec.Key]spec.Object, len(now))
	for k, obj := range now {
		was, knew := before[k]
		switch {
		case !knew:
			obj.Generation = 1
		case sameVersion(was, obj):
			obj.Generation = was.Generation
		default:
			obj.Generation = was.Generation + 1
		}
		out[k] = obj
	}
	return out
}

// sameVersion reports that two objects say the same, wherever they say it.
func sameVersion(a, b spec.Object) bool {
	a.Source, a.Generation = spec.Position{}, 0
	b.Source, b.Generation = spec.Position{}, 0
	return reflect.DeepEqual(a, b)
}

// sameSet reports that two sets tell their reader the same.
func sameSet(a, b spec.Set) bool {
	return a.Complete == b.Complete && maps.Equal(a.Shielded, b.Shielded) &&
		slices.Equal(a.Problems, b.Problems) && reflect.DeepEqual(a.Objects, b.Objects)
}
