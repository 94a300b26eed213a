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

// resource is one collection that can be listed and watched.
type resource struct {
	schema.GroupVersion
	plural, singular, kind string
	short, categories      []string
	clusterScoped          bool
	// verbs are what can be done; nil means to get, list and watch.
	verbs        []string
	subresources []subresource
	// fields are the fields that can be selected by.
	fields []string
	// shape is the type of an item, for its schema.
	shape reflect.Type
	// list is every item, and the version to watch from.
	list func(*status.Store) ([]item, uint64)
	// track gives, to one watch, what turns changes into items; nil when the
	// resource cannot be watched.
	track func(*status.Store) tracker
	// stateful says that what a change means depends on those before.
	stateful bool
	table    func([]item, time.Time) metav1.Table
}

// tracker is the item before and after a change; both are nil when the change
// is none of the resource's.
type tracker func(status.Change) (before, after *item)

// item is one member of a collection.
type item struct {
	meta   *metav1.ObjectMeta
	fields fields.Set
	// object is a pointer to the API object, whose metadata is meta.
	object any
}

func (r resource) group() schema.GroupResource {
	return schema.GroupResource{Group: r.Group, Resource: r.plural}
}

// metadataOf are the fields that every item can be selected by.
func metadataOf(meta *metav1.ObjectMeta) fields.Set {
	return fields.Set{"metadata.name": meta.Name, "metadata.namespace": meta.Namespace}
}

// subresource is what can be asked of one item beside the item.
type subresource struct {
	name  string
	verbs []string
}

// can reports that a verb is served.
func (r resource) can(verb string) bool { return slices.Contains(r.allVerbs(), verb) }

func (r resource) allVerbs() []string {
	if r.verbs == nil {
		return []string{"get", "list", "watch"}
	}
	return r.verbs
}

// collections are all collections, in the order of discovery.
func (s *server) collections() []resource {
	all := []resource{
		objects(spec.KindContainer, "containers", "ct", subresource{"log", []string{"get"}}, subresource{"exec", []string{"create", "get"}}),
		objects(spec.KindNetwork, "networks", "net"),
		objects(spec.KindVolume, "volumes", "vol"),
		objects(spec.KindConfig, "configs", "cfg"),
		objects(spec.KindSecret, "secrets", "sec"),
		objects(spec.KindManifest, "manifests", "mf"),
		events(),
		namespaces(),
		pods(s.Node),
		nodes(s.Node, s.Now),
		podMetrics(),
		nodeMetrics(s.Node),
		eventsV1(),
	}
	for i, r := range all {
		if s.Manifests != nil && r.declared() {
			all[i].verbs = append(r.allVerbs(), writeVerbs...)
		}
	}
	return all
}

func (s *server) find(gv schema.GroupVersion, plural string) (resource, bool) {
	for _, r := range s.all {
		if r.GroupVersion == gv && r.plural == plural {
			return r, true
		}
	}
	return resource{}, false
}

// pointers returns the objects of items, which must all be of type T.
func pointers[T any](items []item) []*T {
	out := make([]*T, 0, len(items))
	for _, i := range items {
		out = append(out, i.object.(*T))
	}
	return out
}

// tableOfItems is a table of items that all hold a T.
func tableOfItems[T any](items []item, columns []table.Column[T], now time.Time) metav1.Table {
	values := make([]T, 0, len(items))
	for _, i := range items {
		values = append(values, *i.object.(*T))
	}
	return table.Of(columns, values, now)
}
