// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metricsv1beta1 "k8s.io/metrics/pkg/apis/metrics/v1beta1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/kube"
)

const podsPath = "/api/v1/namespaces/default/pods"

func TestPodTable(t *testing.T) {
	start, end := epoch, epoch.Add(time.Minute)
	exited := func(code int) v1alpha1.Status {
		return v1alpha1.Status{
			StartedAt: &start, FinishedAt: &end, Restarts: 2,
			LastEnd: &v1alpha1.Termination{ExitCode: code, StartedAt: start, FinishedAt: end},
		}
	}
	restarting := exited(3)
	restarting.NextRestartAt = &end
	for want, st := range map[string]v1alpha1.Status{
		"Running":          {StartedAt: &start, Restarts: 2},
		"Completed":        exited(0),
		"Error":            exited(3),
		"CrashLoopBackOff": restarting,
	} {
		t.Run(want, func(t *testing.T) {
			f := newFixture(t)
			r := container("web", "", true)
			st.Conditions = r.Status.Conditions
			r.Status = st
			publish(f, r)
			table := decode[metav1.Table](t, f.get(podsPath, "Accept", tableJSON))
			if diff := cmp.Diff([]any{"web", "1/1", want, 2.0, "3h", "engine"}, table.Rows[0].Cells); diff != "" {
				t.Errorf("cells (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPods(t *testing.T) {
	f := populated(t)
	t.Run("are the containers", func(t *testing.T) {
		got := decode[v1alpha1.ObjectList](t, f.get("/api/v1/pods"))
		if diff := cmp.Diff([]string{"default/db", "default/web", "other/web"}, names(got)); diff != "" || got.Kind != "PodList" {
			t.Errorf("%s %s", got.Kind, diff)
		}
	})
	t.Run("are converted by package kube", func(t *testing.T) {
		r, _ := f.Get(key("Container", "web"))
		got := decode[corev1.Pod](t, f.get(podsPath+"/web"))
		if diff := cmp.Diff(kube.PodOf(r, "engine"), &got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
	t.Run("are selected by phase and node", func(t *testing.T) {
		got := decode[v1alpha1.ObjectList](t, f.get("/api/v1/pods?fieldSelector=status.phase%3DPending,spec.nodeName%3Dengine&limit=500"))
		if len(got.Items) != 3 {
			t.Errorf("%v", names(got))
		}
		got = decode[v1alpha1.ObjectList](t, f.get("/api/v1/pods?fieldSelector=spec.nodeName!%3Dengine"))
		if len(got.Items) != 0 {
			t.Errorf("%v", names(got))
		}
	})
	t.Run("cannot be changed", func(t *testing.T) {
		wantStatus(t, f.request(http.MethodDelete, podsPath+"/web"), http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed)
	})
}

func TestUsage(t *testing.T) {
	f := populated(t)
	const pods, nodes = "/apis/metrics.k8s.io/v1beta1/pods", "/apis/metrics.k8s.io/v1beta1/nodes"
	t.Run("is empty before the first sample", func(t *testing.T) {
		if got := decode[metricsv1beta1.PodMetricsList](t, f.get(pods)); len(got.Items) != 0 {
			t.Errorf("%+v", got)
		}
		if got := decode[metricsv1beta1.NodeMetricsList](t, f.get(nodes)); len(got.Items) != 0 {
			t.Errorf("%+v", got)
		}
	})
	for _, name := range []string{"web", "db"} {
		r := container(name, "Running", true)
		r.Status.Metrics = &v1alpha1.Metrics{CPUPercent: 12.5, MemoryUsedBytes: 64 << 20, SampledAt: epoch}
		publish(f, r)
	}
	t.Run("is served by container", func(t *testing.T) {
		got := decode[metricsv1beta1.PodMetricsList](t, f.get(pods+"?labelSelector=app%3Dweb"))
		if len(got.Items) != 1 || got.Items[0].Containers[0].Usage.Cpu().String() != "125m" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("of a node is the sum", func(t *testing.T) {
		got := decode[metricsv1beta1.NodeMetrics](t, f.get(nodes+"/engine"))
		if got.Usage.Cpu().String() != "250m" || got.Usage.Memory().String() != "128Mi" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("is shown in tables", func(t *testing.T) {
		const pod = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/web"
		for path, want := range map[string][]any{pod: {"web", "125m", "64Mi"}, nodes + "/engine": {"engine", "250m", "128Mi"}} {
			table := decode[metav1.Table](t, f.get(path, "Accept", tableJSON))
			if diff := cmp.Diff(want, table.Rows[0].Cells); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		}
	})
	t.Run("cannot be watched", func(t *testing.T) {
		wantStatus(t, f.get(pods+"?watch=true"), http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed)
	})
}

func TestNode(t *testing.T) {
	f := newFixture(t, func(o *apiserver.Options) {
		o.Node = func() kube.Machine {
			return kube.Machine{Name: "here", Ready: true, CPUs: 2, MemoryBytes: 1 << 30, Since: epoch}
		}
	})
	table := decode[metav1.Table](t, f.get("/api/v1/nodes", "Accept", tableJSON))
	if diff := cmp.Diff([]any{"here", "Ready", "3h", "<none>"}, table.Rows[0].Cells); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	node := decode[corev1.Node](t, f.get("/api/v1/nodes/here"))
	if at := node.Status.Conditions[0].LastHeartbeatTime; !at.Time.Equal(epoch.Add(3 * time.Hour)) {
		t.Errorf("heartbeat at %s, want the time of the request", at)
	}
	if node.ResourceVersion == "" {
		t.Error("the node has no resource version")
	}
	// The quantities are compared as texts, because clients parse them in their own ways.
	texts := decode[struct {
		Status struct{ Capacity, Allocatable map[string]string }
	}](t, f.get("/api/v1/nodes/here")).Status
	want := map[string]string{"cpu": "2", "memory": "1Gi"}
	if diff := cmp.Diff(want, texts.Allocatable); diff != "" {
		t.Errorf("allocatable (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, texts.Capacity); diff != "" {
		t.Errorf("capacity (-want +got):\n%s", diff)
	}
}
