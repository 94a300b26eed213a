// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metricsv1beta1 "k8s.io/metrics/pkg/apis/metrics/v1beta1"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// metricsGroup is the group of the usage of pods and nodes.
var metricsGroup = metricsv1beta1.SchemeGroupVersion

// podMetrics is the collection of the last samples of containers.
func podMetrics() resource {
	return resource{
		GroupVersion: metricsGroup, plural: "pods", kind: "PodMetrics", verbs: []string{"get", "list"},
		fields: []string{"metadata.name", "metadata.namespace"},
		list: func(s *status.Store) ([]item, uint64) {
			reports, version := s.List()
			items := []item{}
			for _, r := range reports {
				if r.Key.Kind != spec.KindContainer {
					continue
				}
				if m := kube.PodMetricsOf(r); m != nil {
					items = append(items, item{meta: &m.ObjectMeta, fields: metadataOf(&m.ObjectMeta), object: m})
				}
			}
			return items, version
		},
		get: func(s *status.Store, namespace, name string) (item, bool) {
			r, _ := s.Get(spec.Key{Kind: spec.KindContainer, Namespace: namespace, Name: name})
			m := kube.PodMetricsOf(r)
			if m == nil {
				return item{}, false
			}
			return item{meta: &m.ObjectMeta, fields: metadataOf(&m.ObjectMeta), object: m}, true
		},
		table: func(items []item, now time.Time) metav1.Table {
			return table.Of(usageColumns(func(m *metricsv1beta1.PodMetrics) (string, corev1.ResourceList) {
				return m.Name, m.Containers[0].Usage
			}), pointers[metricsv1beta1.PodMetrics](items), now)
		},
	}
}

// nodeMetrics is the collection of the usage of the one node. It is empty before
// the first sample.
func nodeMetrics(machine func() kube.Machine) resource {
	return resource{
		GroupVersion: metricsGroup, plural: "nodes", kind: "NodeMetrics", verbs: []string{"get", "list"}, clusterScoped: true,
		fields: []string{"metadata.name", "metadata.namespace"},
		list: func(s *status.Store) ([]item, uint64) {
			reports, version := s.List()
			m := kube.NodeMetricsOf(machine(), reports)
			if m == nil {
				return []item{}, version
			}
			return []item{{meta: &m.ObjectMeta, fields: metadataOf(&m.ObjectMeta), object: m}}, version
		},
		table: func(items []item, now time.Time) metav1.Table {
			return table.Of(usageColumns(func(m *metricsv1beta1.NodeMetrics) (string, corev1.ResourceList) {
				return m.Name, m.Usage
			}), pointers[metricsv1beta1.NodeMetrics](items), now)
		},
	}
}

// usageColumns returns the columns of items whose name and usage are returned by
// of.
func usageColumns[T any](of func(T) (string, corev1.ResourceList)) []table.Column[T] {
	return []table.Column[T]{
		{Name: "Name", Description: "Name of the pod or node.", Cell: func(item T, _ time.Time) any {
			name, _ := of(item)
			return name
		}},
		{Name: "CPU", Description: "CPU usage.", Cell: func(item T, _ time.Time) any {
			_, usage := of(item)
			return usage.Cpu().String()
		}},
		{Name: "Memory", Description: "Memory usage.", Cell: func(item T, _ time.Time) any {
			_, usage := of(item)
			return usage.Memory().String()
		}},
	}
}
