// SPDX-License-Identifier: Apache-2.0

package kube_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

var machine = kube.Machine{
	Name: "here", Engine: "docker://28.0.0", OS: "linux", Ready: true, CPUs: 2, MemoryBytes: 1<<30 + 5, Since: epoch,
}

func TestNodeOf(t *testing.T) {
	checkJSON(t, kube.NodeOf(machine, epoch.Add(time.Hour)), `{
		"apiVersion": "v1", "kind": "Node",
		"metadata": {
			"name": "here", "uid": "node-here", "creationTimestamp": "2026-01-02T03:04:05Z",
			"labels": {"kubernetes.io/hostname": "here"}
		},
		"spec": {},
		"status": {
			"capacity": {"cpu": "2", "memory": "1Gi"}, "allocatable": {"cpu": "2", "memory": "1Gi"},
			"conditions": [{
				"type": "Ready", "status": "True", "reason": "EngineAnswers",
				"lastHeartbeatTime": "2026-01-02T04:04:05Z", "lastTransitionTime": "2026-01-02T03:04:05Z"
			}],
			"daemonEndpoints": {"kubeletEndpoint": {"Port": 0}},
			"nodeInfo": {
				"machineID": "", "systemUUID": "", "bootID": "", "kernelVersion": "", "osImage": "linux", "architecture": "",
				"containerRuntimeVersion": "docker://28.0.0", "kubeletVersion": "", "kubeProxyVersion": "", "operatingSystem": "linux"
			}
		}
	}`)
	t.Run("without_engine_is_not_ready", func(t *testing.T) {
		got := kube.NodeOf(kube.Machine{Name: "here"}, epoch).Status
		if got.Conditions[0].Status != corev1.ConditionFalse || got.Capacity != nil {
			t.Errorf("%+v", got)
		}
	})
}

func TestNamespaceOf(t *testing.T) {
	checkJSON(t, kube.NamespaceOf("shop", epoch, 9), `{
		"apiVersion": "v1", "kind": "Namespace",
		"metadata": {"name": "shop", "uid": "namespace-shop", "resourceVersion": "9", "creationTimestamp": "2026-01-02T03:04:05Z"},
		"spec": {}, "status": {"phase": "Active"}
	}`)
}

// sampled returns the report of a container with a sample.
func sampled(name string) status.Report {
	r := report(name)
	r.Object.Metadata.Annotations = map[string]string{"a": "b"}
	r.Status.Metrics = &v1alpha1.Metrics{CPUPercent: 12.5, MemoryUsedBytes: 64<<20 + 100, SampledAt: epoch}
	return r
}

func TestPodMetricsOf(t *testing.T) {
	checkJSON(t, kube.PodMetricsOf(sampled("web")), `{
		"apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics",
		"metadata": {
			"name": "web", "namespace": "default", "uid": "uid-web", "resourceVersion": "7", "generation": 2,
			"creationTimestamp": "2026-01-02T03:04:05Z", "labels": {"app": "web"}
		},
		"timestamp": "2026-01-02T03:04:05Z", "window": "10s",
		"containers": [{"name": "web", "usage": {"cpu": "125m", "memory": "64Mi"}}]
	}`)
	t.Run("without_a_sample_is_nil", func(t *testing.T) {
		if got := kube.PodMetricsOf(report("web")); got != nil {
			t.Errorf("%+v", got)
		}
	})
}

func TestNodeMetricsOf(t *testing.T) {
	reports := []status.Report{sampled("web"), report("idle"), sampled("db")}
	checkJSON(t, kube.NodeMetricsOf(machine, reports), `{
		"apiVersion": "metrics.k8s.io/v1beta1", "kind": "NodeMetrics",
		"metadata": {"name": "here", "creationTimestamp": "2026-01-02T03:04:05Z", "uid": "node-here", "labels": {"kubernetes.io/hostname": "here"}},
		"timestamp": "2026-01-02T03:04:05Z", "window": "10s", "usage": {"cpu": "250m", "memory": "128Mi"}
	}`)
	t.Run("without_a_sample_is_nil", func(t *testing.T) {
		if got := kube.NodeMetricsOf(machine, []status.Report{report("idle")}); got != nil {
			t.Errorf("%+v", got)
		}
	})
}
