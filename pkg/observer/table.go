// SPDX-License-Identifier: Apache-2.0

package observer

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// table is the content of the cache. Reads of the engine overlap, so each gets a
// stamp when it begins, and a read with a lower stamp never overwrites the result
// of one with a higher stamp. It is not safe for concurrent use.
type table struct {
	instance string
	objects  map[engine.ID]engine.Object
	images   map[string]string
	keyOf    map[engine.ID]spec.Key
	byKey    map[spec.Key]map[engine.ID]bool
	byName   map[Name]map[engine.ID]bool

	// stops is when a stop of each container was last requested. It is known from
	// events only, because the engine does not keep it.
	stops map[engine.ID]time.Time

	// unread holds the error of each list that failed, by the kind of its objects.
	unread map[engine.Kind]error

	// clock is the last stamp. floors has the stamp of the last list of each kind,
	// which applies to all objects without a higher stamp.
	clock       uint64
	floors      map[engine.Kind]uint64
	stamps      map[engine.ID]uint64
	imageStamps map[string]uint64
	// events is the stamp of the last event of each object.
	events map[engine.ID]uint64

	version uint64
	// frozen is the snapshot of the version frozenAt. It is created on demand, so
	// that a burst of changes costs one copy.
	frozen   engine.Snapshot
	frozenAt uint64
}

func newTable(instance string) *table {
	return &table{
		instance:    instance,
		objects:     map[engine.ID]engine.Object{},
		images:      map[string]string{},
		keyOf:       map[engine.ID]spec.Key{},
		byKey:       map[spec.Key]map[engine.ID]bool{},
		byName:      map[Name]map[engine.ID]bool{},
		stops:       map[engine.ID]time.Time{},
		floors:      map[engine.Kind]uint64{},
		stamps:      map[engine.ID]uint64{},
		imageStamps: map[string]uint64{},
		events:      map[engine.ID]uint64{},
	}
}

// begin returns the stamp of a read that begins now.
func (t *table) begin() uint64 {
	t.clock++
	return t.clock
}

// snapshot returns an immutable copy of the content and its version.
func (t *table) snapshot() (engine.Snapshot, uint64) {
	if t.frozen.Objects == nil || t.frozenAt != t.version {
		t.frozen = engine.Snapshot{Objects: maps.Clone(t.objects), Images: maps.Clone(t.images), Unread: maps.Clone(t.unread)}
		t.frozenAt = t.version
	}
	return t.frozen, t.version
}

// fresh reports whether a read with that stamp is the newest one of id.
func (t *table) fresh(id engine.ID, stamp uint64) bool {
	return stamp > t.stamp(id)
}

// stamp returns the stamp of the last read of an object.
func (t *table) stamp(id engine.ID) uint64 { return max(t.stamps[id], t.floors[id.Kind]) }

// stale reports whether one of the key's objects had an event and was not read
// since.
func (t *table) stale(k spec.Key) bool {
	for id := range t.byKey[k] {
		if t.events[id] > t.stamp(id) {
			return true
		}
	}
	return false
}

// put updates an object with the result of a read.
func (t *table) put(obj engine.Object, stamp uint64, diff *differences) {
	if !t.fresh(obj.ID, stamp) {
		return
	}
	t.stamps[obj.ID] = stamp
	t.set(obj, diff)
}

// drop removes an object that a read did not find.
func (t *table) drop(id engine.ID, stamp uint64, diff *differences) {
	if !t.fresh(id, stamp) {
		return
	}
	t.stamps[id] = stamp
	t.unset(id, diff)
}

// replace updates the table with a list of everything. Kinds that could not be read
// do not change.
func (t *table) replace(snap engine.Snapshot, stamp uint64, diff *differences) {
	for id := range t.objects {
		if _, listed := snap.Objects[id]; !listed && snap.Unread[id.Kind] == nil && t.fresh(id, stamp) {
			t.unset(id, diff)
		}
	}
	for id, obj := range snap.Objects {
		if t.fresh(id, stamp) {
			t.set(obj, diff)
		}
	}
	if snap.Unread[engine.KindImage] == nil {
		t.replaceImages(snap.Images, stamp, diff)
	}
	t.raiseFloors(snap.Unread, stamp)
	if !sameFailures(t.unread, snap.Unread) {
		t.version++
		diff.all = true
	}
	t.unread = snap.Unread
}

// replaceImages updates the images with a list of them.
func (t *table) replaceImages(images map[string]string, stamp uint64, diff *differences) {
	for ref := range t.images {
		if _, listed := images[ref]; !listed && t.imageStamps[ref] < stamp {
			t.setImage(ref, "", diff)
		}
	}
	for ref, id := range images {
		if t.imageStamps[ref] < stamp {
			t.setImage(ref, id, diff)
		}
	}
	maps.DeleteFunc(t.imageStamps, func(_ string, s uint64) bool { return s < stamp })
}

// raiseFloors applies the stamp of a list to all objects of the kinds that it read,
// and drops the older stamps of single objects.
func (t *table) raiseFloors(unread map[engine.Kind]error, stamp uint64) {
	for _, kind := range []engine.Kind{engine.KindContainer, engine.KindNetwork, engine.KindVolume, engine.KindImage} {
		if unread[kind] == nil {
			t.floors[kind] = max(t.floors[kind], stamp)
		}
	}
	covered := func(id engine.ID, s uint64) bool { return s < t.floors[id.Kind] }
	maps.DeleteFunc(t.stamps, covered)
	maps.DeleteFunc(t.events, covered)
	maps.DeleteFunc(t.stops, func(id engine.ID, _ time.Time) bool { // of containers that are gone
		_, known := t.objects[id]
		return !known && t.events[id] == 0
	})
}

// sameFailures reports whether the same lists failed with the same codes.
func sameFailures(a, b map[engine.Kind]error) bool {
	return maps.EqualFunc(a, b, func(x, y error) bool { return engine.CodeOf(x) == engine.CodeOf(y) })
}

// set replaces an object, with the time at which its stop was requested.
func (t *table) set(obj engine.Object, diff *differences) {
	if at, requested := t.stops[obj.ID]; requested && obj.Container != nil {
		state := *obj.Container
		state.StopAskedAt, obj.Container = at, &state
	}
	old, had := t.objects[obj.ID]
	if had && reflect.DeepEqual(old, obj) {
		return
	}
	t.unindex(old)
	t.objects[obj.ID] = obj
	t.index(obj)
	t.version++
	diff.record(t, old, obj)
}

// unset removes an object.
func (t *table) unset(id engine.ID, diff *differences) {
	old, had := t.objects[id]
	if !had {
		return
	}
	diff.record(t, old, engine.Object{})
	delete(t.objects, id)
	delete(t.stops, id)
	t.unindex(old)
	t.version++
}

// index adds an object to the lookup maps.
func (t *table) index(obj engine.Object) {
	addTo(t.byName, Name{obj.ID.Kind, obj.Name}, obj.ID)
	if who, ours := owner.Of(t.instance, obj); ours {
		t.keyOf[obj.ID] = who.Key
		addTo(t.byKey, who.Key, obj.ID)
	}
}

// unindex removes an object from the lookup maps.
func (t *table) unindex(obj engine.Object) {
	removeFrom(t.byName, Name{obj.ID.Kind, obj.Name}, obj.ID)
	removeFrom(t.byKey, t.keyOf[obj.ID], obj.ID)
	delete(t.keyOf, obj.ID)
}

// setImage sets the image of a reference; an empty id means that there is none.
func (t *table) setImage(ref, id string, diff *differences) {
	if t.images[ref] == id {
		return
	}
	if id == "" {
		delete(t.images, ref)
	} else {
		t.images[ref] = id
	}
	t.version++
	diff.names[Name{engine.KindImage, ref}] = true
}

// putImage updates an image with the result of a read.
func (t *table) putImage(img engine.Image, stamp uint64, diff *differences) {
	for ref, id := range t.images {
		if id == img.ID && !slices.Contains(img.References, ref) {
			t.stampImage(ref, "", stamp, diff)
		}
	}
	for _, ref := range img.References {
		t.stampImage(ref, img.ID, stamp, diff)
	}
}

// dropImage removes an image that a read by reference or ID did not find.
func (t *table) dropImage(value string, stamp uint64, diff *differences) {
	for ref, id := range t.images {
		if ref == value || id == value {
			t.stampImage(ref, "", stamp, diff)
		}
	}
}

// stampImage sets the image of a reference unless a newer read did.
func (t *table) stampImage(ref, id string, stamp uint64, diff *differences) {
	if stamp <= max(t.imageStamps[ref], t.floors[engine.KindImage]) {
		return
	}
	t.imageStamps[ref] = stamp
	t.setImage(ref, id, diff)
}

// known returns the IDs of the objects of a key and of the objects with one of the
// engine names.
func (t *table) known(k spec.Key, kind engine.Kind, names []string) map[engine.ID]bool {
	ids := map[engine.ID]bool{}
	maps.Copy(ids, t.byKey[k])
	for _, name := range names {
		maps.Copy(ids, t.byName[Name{kind, name}])
	}
	return ids
}

func addTo[K comparable](m map[K]map[engine.ID]bool, k K, id engine.ID) {
	if m[k] == nil {
		m[k] = map[engine.ID]bool{}
	}
	m[k][id] = true
}

func removeFrom[K comparable](m map[K]map[engine.ID]bool, k K, id engine.ID) {
	delete(m[k], id)
	if len(m[k]) == 0 {
		delete(m, k)
	}
}
