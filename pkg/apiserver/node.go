// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"reflect"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// nodes is the collection of the one node, the host of the engine. A watch of it
// sends no changes.
func nodes(machine func() kube.Machine, now func() time.Time) resource {
	return resource{
		GroupVersion:  core,
		plural:        "nodes",
		singular:      "node",
		kind:          "Node",
		short:         []string{"no"},
		clusterScoped: true,
		fields:        []string{"metadata.name", "metadata.namespace"},
		shape:         reflect.TypeFor[corev1.Node](),
		list: func(s *status.Store) ([]item, uint64) {
			version := s.Version()
			n := kube.NodeOf(machine(), now())
			n.ResourceVersion = formatVersion(version)
			return []item{{meta: &n.ObjectMeta, fields: metadataOf(&n.ObjectMeta), object: n}}, version
		},
		track: func(*status.Store) tracker { return func(status.Change) (before, after *item) { return nil, nil } },
		table: func(items []item, now time.Time) metav1.Table {
			return table.Of(nodeColumns(), pointers[corev1.Node](items), now)
		},
	}
}

func nodeColumns() []table.Column[*corev1.Node] {
	return []table.Column[*corev1.Node]{
		{Name: "Name", Description: "Name of the engine's host.", Cell: func(n *corev1.Node, _ time.Time) any { return n.Name }},
		{Name: "Status", Description: "Ready if the engine answers.", Cell: func(n *corev1.Node, _ time.Time) any {
			if n.Status.Conditions[0].Status == corev1.ConditionTrue {
				return "Ready"
			}
			return "NotReady"
		}},
		{Name: "Age", Description: "Time since the start of the controller.", Cell: func(n *corev1.Node, now time.Time) any {
			return table.Age(n.CreationTimestamp, now)
		}},
		{Name: "Engine", Description: "Name and version of the engine.", Cell: func(n *corev1.Node, _ time.Time) any {
			return table.OrNone(n.Status.NodeInfo.ContainerRuntimeVersion)
		}},
	}
}
