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

// table is the cache's content. Reads of the engine overlap, so each is stamped
// when it begins, and what began earlier never overwrites what began later. It
// is not safe for concurrent use.
type table struct {
	instance string
	objects  map[engine.ID]engine.Object
	images   map[string]string
	keyOf    map[engine.ID]spec.Key
	byKey    map[spec.Key]map[engine.ID]bool
	byName   map[Name]map[engine.ID]bool

	// stops is when somebody last asked for a container's end: the engine does
	// not keep that, events tell it.
	stops map[engine.ID]time.Time

	// unread holds the error of each list that failed, by the kind of its objects.
	unread map[engine.Kind]error

	// clock is the last stamp given; floors has that of the last list of each
	// kind, which holds for all its objects that have no stamp of their own.
	clock       uint64
	floors      map[engine.Kind]uint64
	stamps      map[engine.ID]uint64
	imageStamps map[string]uint64
	// told is the stamp of the last event about an object.
	told map[engine.ID]uint64

	version uint64
	// frozen is the snapshot of frozenAt; it is made when asked for, so that a
	// burst of changes costs one copy.
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
		told:        map[engine.ID]uint64{},
	}
}

// begin is the stamp of a read that begins now.
func (t *table) begin() uint64 {
	t.clock++
	return t.clock
}

// snapshot is an immutable copy, made anew only after a change.
func (t *table) snapshot() (engine.Snapshot, uint64) {
	if t.frozen.Objects == nil || t.frozenAt != t.version {
		t.frozen = engine.Snapshot{Objects: maps.Clone(t.objects), Images: maps.Clone(t.images), Unread: maps.Clone(t.unread)}
		t.frozenAt = t.version
	}
	return t.frozen, t.version
}

// fresh reports that a read with that stamp is the newest of id.
func (t *table) fresh(id engine.ID, stamp uint64) bool {
	return stamp > t.stamp(id)
}

// stamp returns the stamp of the last read of an object.
func (t *table) stamp(id engine.ID) uint64 { return max(t.stamps[id], t.floors[id.Kind]) }

// doubtful reports that an event told of one of the key's objects and that it
// was not read since.
func (t *table) doubtful(k spec.Key) bool {
	for id := range t.byKey[k] {
		if t.told[id] > t.stamp(id) {
			return true
		}
	}
	return false
}

// put takes in an object as it was read.
func (t *table) put(obj engine.Object, stamp uint64, diff *differences) {
	if !t.fresh(obj.ID, stamp) {
		return
	}
	t.stamps[obj.ID] = stamp
	t.set(obj, diff)
}

// drop takes in that an object was not there.
func (t *table) drop(id engine.ID, stamp uint64, diff *differences) {
	if !t.fresh(id, stamp) {
		return
	}
	t.stamps[id] = stamp
	t.unset(id, diff)
}

// replace takes in a list of everything. Kinds that could not be read stay as
// they are.
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

// replaceImages takes in a list of the images.
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

// raiseFloors makes the stamp of a list hold for all objects of the kinds that
// it read, and drops the older stamps of single objects.
func (t *table) raiseFloors(unread map[engine.Kind]error, stamp uint64) {
	for _, kind := range []engine.Kind{engine.KindContainer, engine.KindNetwork, engine.KindVolume, engine.KindImage} {
		if unread[kind] == nil {
			t.floors[kind] = max(t.floors[kind], stamp)
		}
	}
	covered := func(id engine.ID, s uint64) bool { return s < t.floors[id.Kind] }
	maps.DeleteFunc(t.stamps, covered)
	maps.DeleteFunc(t.told, covered)
	maps.DeleteFunc(t.stops, func(id engine.ID, _ time.Time) bool { // of containers that are gone
		_, known := t.objects[id]
		return !known && t.told[id] == 0
	})
}

// sameFailures reports whether the same lists failed with the same codes.
func sameFailures(a, b map[engine.Kind]error) bool {
	return maps.EqualFunc(a, b, func(x, y error) bool { return engine.CodeOf(x) == engine.CodeOf(y) })
}

func (t *table) set(obj engine.Object, diff *differences) {
	if at, asked := t.stops[obj.ID]; asked && obj.Container != nil {
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
	diff.note(t, old, obj)
}

func (t *table) unset(id engine.ID, diff *differences) {
	old, had := t.objects[id]
	if !had {
		return
	}
	diff.note(t, old, engine.Object{})
	delete(t.objects, id)
	delete(t.stops, id)
	t.unindex(old)
	t.version++
}

func (t *table) index(obj engine.Object) {
	addTo(t.byName, Name{obj.ID.Kind, obj.Name}, obj.ID)
	if who, ours := owner.Of(t.instance, obj); ours {
		t.keyOf[obj.ID] = who.Key
		addTo(t.byKey, who.Key, obj.ID)
	}
}

func (t *table) unindex(obj engine.Object) {
	removeFrom(t.byName, Name{obj.ID.Kind, obj.Name}, obj.ID)
	removeFrom(t.byKey, t.keyOf[obj.ID], obj.ID)
	delete(t.keyOf, obj.ID)
}

// setImage takes in what a reference stands for; an empty id means nothing.
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

// putImage takes in an image as it was read by a reference or an ID.
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

// dropImage takes in that there is no image of that reference or ID.
func (t *table) dropImage(value string, stamp uint64, diff *differences) {
	for ref, id := range t.images {
		if ref == value || id == value {
			t.stampImage(ref, "", stamp, diff)
		}
	}
}

func (t *table) stampImage(ref, id string, stamp uint64, diff *differences) {
	if stamp <= max(t.imageStamps[ref], t.floors[engine.KindImage]) {
		return
	}
	t.imageStamps[ref] = stamp
	t.setImage(ref, id, diff)
}

// known are the IDs of what may concern a key: its objects and the holders of
// those engine names.
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
