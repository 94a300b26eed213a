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

// state is the result of all scans so far. It is immutable: advance returns the
// next state.
type state struct {
	// delay is the time that an object stays in the Set after it disappeared.
	delay time.Duration
	known map[spec.Key]knownObject
	// set is the last Set.
	set spec.Set
}

// knownObject is the last valid version of an object.
type knownObject struct {
	object spec.Object
	// missing is the time of the scan that first found it missing; zero while its
	// file declares it or has no valid version.
	missing time.Time
}

// transition is the intermediate result of advance.
type transition struct {
	scan     scan
	before   state
	now      time.Time
	known    map[spec.Key]knownObject
	problems []spec.Problem
	others   []spec.OtherFiles
}

// advance returns the state after a scan at the time now, and the time of the scan
// that decides about missing objects; zero if no object is missing. An object is
// removed from the Set only if all scans during the delay could read everything and
// did not find it.
func (m state) advance(s scan, now time.Time) (state, time.Time) {
	t := &transition{scan: s, before: m, now: now, known: map[spec.Key]knownObject{}}
	declared := t.declarations()
	keys := map[spec.Key]bool{}
	for k := range m.known {
		keys[k] = true
	}
	for k := range declared {
		keys[k] = true
	}
	for _, k := range slices.SortedFunc(maps.Keys(keys), spec.Key.Compare) {
		t.resolveKey(k, declared[k])
	}
	t.reportFiles()
	next := state{delay: m.delay, known: t.known}
	resolved := spec.Resolve(t.objects())
	next.set = spec.Set{
		Objects:  generations(m.set.Objects, spec.Imply(resolved)),
		Problems: sortProblems(t.problems), Warnings: sortProblems(spec.Misspelled(resolved)),
		Complete: s.err == nil,
		Shielded: t.shielded(), OtherFiles: t.others,
	}
	return next, t.nextScan()
}

// declarations returns the declarations of each key, in the order of the files. A
// file with errors still declares the objects of its last valid version.
func (t *transition) declarations() map[spec.Key][]spec.Object {
	declared := map[spec.Key][]spec.Object{}
	for _, rel := range slices.Sorted(maps.Keys(t.scan.files)) {
		for _, obj := range t.scan.files[rel].objects {
			declared[obj.Key()] = append(declared[obj.Key()], obj)
		}
	}
	for k, was := range t.before.known {
		if _, broken := t.brokenBy(was.object.Source.File); broken {
			declared[k] = append(declared[k], was.object)
		}
	}
	return declared
}

// brokenBy returns the path that prevents a file from being read: its own, or a
// link above it. It returns false if there is none.
func (t *transition) brokenBy(rel string) (string, bool) {
	for ; rel != "." && rel != "/" && rel != ""; rel = path.Dir(rel) {
		if f, seen := t.scan.files[rel]; seen && !f.valid() {
			return rel, true
		}
	}
	return "", false
}

// resolveKey determines whether the key stays known, and which object it has.
func (t *transition) resolveKey(k spec.Key, declared []spec.Object) {
	was, found := t.before.known[k]
	switch {
	case len(declared) == 1:
		t.known[k] = knownObject{object: declared[0]}
	case len(declared) > 1:
		if winner := t.resolveDuplicate(k, declared, was.object, found); !winner.IsZero() {
			t.known[k] = knownObject{object: winner}
		}
	case t.scan.err != nil:
		t.known[k] = knownObject{object: was.object}
	case was.missing.IsZero():
		t.known[k] = knownObject{object: was.object, missing: t.now}
	case t.now.Sub(was.missing) < t.before.delay:
		t.known[k] = was
	}
}

// objects returns the known objects.
func (t *transition) objects() map[spec.Key]spec.Object {
	objects := make(map[spec.Key]spec.Object, len(t.known))
	for k, entry := range t.known {
		objects[k] = entry.object
	}
	return objects
}

// shielded returns the files that have no valid version.
func (t *transition) shielded() map[string]bool {
	kept := map[string]bool{}
	for _, was := range t.before.known {
		if at, broken := t.brokenBy(was.object.Source.File); broken {
			kept[at] = true
		}
	}
	shielded := map[string]bool{}
	for rel, f := range t.scan.files {
		if !f.valid() && !kept[rel] {
			shielded[rel] = true
		}
	}
	return shielded
}

// nextScan returns the time at which the first missing object may be removed, or
// zero if no object is missing.
func (t *transition) nextScan() time.Time {
	var first time.Time
	for _, entry := range t.known {
		if at := entry.missing.Add(t.before.delay); !entry.missing.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// generations returns the objects with their generations, which count versions from
// 1.
func generations(before, now map[spec.Key]spec.Object) map[spec.Key]spec.Object {
	out := make(map[spec.Key]spec.Object, len(now))
	for k, obj := range now {
		was, found := before[k]
		switch {
		case !found:
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

// sameVersion reports whether two objects are equal except for their positions and
// generations.
func sameVersion(a, b spec.Object) bool {
	a.Source, a.Generation = spec.Position{}, 0
	b.Source, b.Generation = spec.Position{}, 0
	return reflect.DeepEqual(a, b)
}

// sameSet reports whether two sets are equal except for Noticed.
func sameSet(a, b spec.Set) bool {
	return a.Complete == b.Complete && maps.Equal(a.Shielded, b.Shielded) &&
		slices.Equal(a.Problems, b.Problems) && slices.Equal(a.Warnings, b.Warnings) && reflect.DeepEqual(a.OtherFiles, b.OtherFiles) && reflect.DeepEqual(a.Objects, b.Objects)
}
