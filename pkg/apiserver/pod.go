// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"maps"
	"reflect"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// pods is the collection of containers as pods, for which alone kubectl has logs,
// metrics, exec and port-forward. It is read-only.
func pods(machine func() kube.Machine) resource {
	show := func(r status.Report) item { return podItem(r, machine().Name) }
	return resource{
		GroupVersion: core,
		plural:       "pods",
		singular:     "pod",
		kind:         "Pod",
		short:        []string{"po"},
		subresources: []subresource{{"log", []string{"get"}}, {"exec", []string{"create", "get"}}, {"portforward", []string{"create", "get"}}},
		fields: []string{
			"metadata.name", "metadata.namespace", "status.phase", "spec.nodeName", "spec.restartPolicy",
		},
		shape: reflect.TypeFor[corev1.Pod](),
		list:  listReports(spec.KindContainer, show),
		get:   getReport(spec.KindContainer, show),
		track: trackReports(spec.KindContainer, show),
		table: func(items []item, now time.Time) metav1.Table {
			return table.Of(podColumns(), pointers[corev1.Pod](items), now)
		},
	}
}

func podItem(r status.Report, node string) item {
	p := kube.PodOf(r, node)
	set := metadataOf(&p.ObjectMeta)
	maps.Copy(set, map[string]string{
		"status.phase":       string(p.Status.Phase),
		"spec.nodeName":      p.Spec.NodeName,
		"spec.restartPolicy": string(p.Spec.RestartPolicy),
	})
	return item{meta: &p.ObjectMeta, fields: set, object: p}
}

func podColumns() []table.Column[*corev1.Pod] {
	return []table.Column[*corev1.Pod]{
		{Name: "Name", Description: "Name of the container.", Cell: func(p *corev1.Pod, _ time.Time) any { return p.Name }},
		{Name: "Ready", Description: "Ready containers of all containers.", Cell: func(p *corev1.Pod, _ time.Time) any {
			if p.Status.ContainerStatuses[0].Ready {
				return "1/1"
			}
			return "0/1"
		}},
		{Name: "Status", Description: "The phase, or the reason of the container state.", Cell: podStatusCell},
		{Name: "Restarts", Type: "integer", Description: "Number of restarts.", Cell: func(p *corev1.Pod, _ time.Time) any {
			return int64(p.Status.ContainerStatuses[0].RestartCount)
		}},
		{Name: "Age", Description: "Time since creation.", Cell: func(p *corev1.Pod, now time.Time) any {
			return table.Age(p.CreationTimestamp, now)
		}},
		{Name: "Node", Wide: true, Description: "Name of the engine's host.", Cell: func(p *corev1.Pod, _ time.Time) any {
			return p.Spec.NodeName
		}},
	}
}

func podStatusCell(p *corev1.Pod, _ time.Time) any {
	state := p.Status.ContainerStatuses[0].State
	switch {
	case state.Waiting != nil:
		return state.Waiting.Reason
	case state.Terminated != nil:
		return state.Terminated.Reason
	}
	return string(p.Status.Phase)
}
