// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"reflect"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Namespace is a core/v1 Namespace, as far as it is used here. There is one
// wherever there is a resource.
type Namespace struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Status            NamespaceStatus `json:"status"`
}

// NamespaceStatus is the status of a namespace; its phase is always Active.
type NamespaceStatus struct {
	Phase string `json:"phase"`
}

func namespaces() resource {
	return resource{
		GroupVersion:  core,
		plural:        "namespaces",
		singular:      "namespace",
		kind:          "Namespace",
		short:         []string{"ns"},
		clusterScoped: true,
		fields:        []string{"metadata.name"},
		shape:         reflect.TypeFor[Namespace](),
		list:          listNamespaces,
		track:         trackNamespaces,
		stateful:      true,
		table: func(items []item, now time.Time) metav1.Table {
			return tableOfItems(items, namespaceColumns(), now)
		},
	}
}

func namespaceItem(name string, since time.Time, version uint64) item {
	n := Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{
			Name:              name,
			UID:               types.UID("namespace-" + name),
			ResourceVersion:   formatVersion(version),
			CreationTimestamp: seconds(since),
		},
		Status: NamespaceStatus{Phase: "Active"},
	}
	return item{meta: &n.ObjectMeta, fields: metadataOf(&n.ObjectMeta), object: &n}
}

func listNamespaces(s *status.Store) ([]item, uint64) {
	reports, version := s.List()
	since := map[string]time.Time{}
	for _, r := range reports {
		first, found := since[r.Key.Namespace]
		if !found || r.FirstSeen.Before(first) {
			since[r.Key.Namespace] = r.FirstSeen
		}
	}
	items := []item{}
	for name, first := range since {
		items = append(items, namespaceItem(name, first, version))
	}
	slices.SortFunc(items, func(a, b item) int { return strings.Compare(a.meta.Name, b.meta.Name) })
	return items, version
}

// trackNamespaces tells of a namespace at its first resource that the watch
// sees, which a client takes for an update when it knows the namespace, and of
// its end when the store has no resource of it any more.
func trackNamespaces(s *status.Store) tracker {
	seen := map[string]time.Time{}
	return func(c status.Change) (before, after *item) {
		if c.Report == nil {
			return nil, nil
		}
		name := c.Report.Key.Namespace
		_, known := seen[name]
		switch {
		case c.Type == status.Deleted && !s.HasNamespace(name):
			delete(seen, name)
			i := namespaceItem(name, c.Report.FirstSeen, c.ResourceVersion)
			return &i, nil
		case c.Type == status.Added && !known:
			first := c.Report.FirstSeen
			seen[name] = first
			i := namespaceItem(name, first, c.ResourceVersion)
			return nil, &i
		}
		return nil, nil
	}
}

func namespaceColumns() []table.Column[Namespace] {
	return []table.Column[Namespace]{
		{Name: "Name", Description: "Name of the namespace.", Cell: func(n Namespace, _ time.Time) any { return n.Name }},
		{Name: "Status", Description: "Always Active.", Cell: func(n Namespace, _ time.Time) any { return n.Status.Phase }},
		{Name: "Age", Description: "How long the controller has known it.", Cell: func(n Namespace, now time.Time) any {
			return table.Age(n.CreationTimestamp, now)
		}},
	}
}
