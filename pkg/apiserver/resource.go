// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"reflect"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// resource is one collection that can be read.
type resource struct {
	schema.GroupVersion
	plural, singular, kind string
	short, categories      []string
	clusterScoped          bool
	// verbs are the verbs that are served; nil means get, list and watch.
	verbs        []string
	subresources []subresource
	// fields are the names of the fields that a field selector may contain.
	fields []string
	// shape is the type of an item, for its schema.
	shape reflect.Type
	// list returns all items, and the version from which to watch.
	list func(*status.Store) ([]item, uint64)
	// get returns one item; nil means that the item is searched in the list.
	get func(s *status.Store, namespace, name string) (item, bool)
	// track returns the tracker of one watch; nil means that the resource cannot be
	// watched.
	track func(*status.Store) tracker
	// stateful means that the result of a tracker depends on earlier changes.
	stateful bool
	// table returns the table of items.
	table func([]item, time.Time) metav1.Table
}

// tracker returns the item before and after a change; both are nil if the change
// does not affect the resource.
type tracker func(status.Change) (before, after *item)

// item is one member of a collection.
type item struct {
	meta   *metav1.ObjectMeta
	fields fields.Set
	// object is a pointer to the API object, whose metadata is meta.
	object any
}

// group returns the group and the name of the resource, for errors.
func (r resource) group() schema.GroupResource {
	return schema.GroupResource{Group: r.Group, Resource: r.plural}
}

// find returns one item.
func (r resource) find(s *status.Store, namespace, name string) (item, bool) {
	if r.get != nil {
		return r.get(s, namespace, name)
	}
	items, _ := r.list(s)
	for _, i := range items {
		if i.meta.Namespace == namespace && i.meta.Name == name {
			return i, true
		}
	}
	return item{}, false
}

// metadataOf returns the fields that every item can be selected by.
func metadataOf(meta *metav1.ObjectMeta) fields.Set {
	return fields.Set{"metadata.name": meta.Name, "metadata.namespace": meta.Namespace}
}

// subresource is a path below the path of an item.
type subresource struct {
	name  string
	verbs []string
}

// can returns whether a verb is served.
func (r resource) can(verb string) bool { return slices.Contains(r.allVerbs(), verb) }

func (r resource) allVerbs() []string {
	if r.verbs == nil {
		return []string{"get", "list", "watch"}
	}
	return r.verbs
}

// writeVerbs are the verbs of resources whose manifests can be changed.
var writeVerbs = []string{"create", "update", "patch", "delete"}

// declared returns whether the resource is declared in manifests.
func (r resource) declared() bool {
	return r.GroupVersion == ours && r.kind != string(spec.KindManifest)
}

// pointers returns the objects of items, which must all be of type T.
func pointers[T any](items []item) []*T {
	out := make([]*T, 0, len(items))
	for _, i := range items {
		out = append(out, i.object.(*T))
	}
	return out
}

// tableOfItems returns the table of items whose objects must all be of type T.
func tableOfItems[T any](items []item, columns []table.Column[T], now time.Time) metav1.Table {
	values := make([]T, 0, len(items))
	for _, i := range items {
		values = append(values, *i.object.(*T))
	}
	return table.Of(columns, values, now)
}
