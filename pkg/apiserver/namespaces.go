// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"reflect"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// namespaces is the collection of the namespaces that contain objects.
func namespaces() resource {
	return resource{
		GroupVersion:  core,
		plural:        "namespaces",
		singular:      "namespace",
		kind:          "Namespace",
		short:         []string{"ns"},
		clusterScoped: true,
		fields:        []string{"metadata.name"},
		shape:         reflect.TypeFor[corev1.Namespace](),
		list:          listNamespaces,
		track:         trackNamespaces,
		stateful:      true,
		table: func(items []item, now time.Time) metav1.Table {
			return table.Of(namespaceColumns(), pointers[corev1.Namespace](items), now)
		},
	}
}

func namespaceItem(name string, since time.Time, version uint64) item {
	n := kube.NamespaceOf(name, since, version)
	return item{meta: &n.ObjectMeta, fields: metadataOf(&n.ObjectMeta), object: n}
}

// listNamespaces returns the namespaces of all reports, each since its first one.
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

// trackNamespaces adds a namespace with the first of its objects that the watch
// receives, and deletes it when the store has no object in it. A client that
// already has the namespace treats the addition as an update.
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

func namespaceColumns() []table.Column[*corev1.Namespace] {
	return []table.Column[*corev1.Namespace]{
		{Name: "Name", Description: "Name of the namespace.", Cell: func(n *corev1.Namespace, _ time.Time) any { return n.Name }},
		{Name: "Status", Description: "Always Active.", Cell: func(n *corev1.Namespace, _ time.Time) any { return string(n.Status.Phase) }},
		{Name: "Age", Description: "Time since the first object.", Cell: func(n *corev1.Namespace, now time.Time) any {
			return table.Age(n.CreationTimestamp, now)
		}},
	}
}
