// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const podsPath = "/api/v1/namespaces/default/pods"

func TestPodStates(t *testing.T) {
	code := func(n int) *int { return &n }
	start, end := epoch, epoch.Add(time.Minute)
	for name, tc := range map[string]struct {
		status v1alpha1.Status
		want   string // phase, word, and the state that is set
	}{
		"one that waits":          {v1alpha1.Status{}, "Pending Running waiting"},
		"one that runs":           {v1alpha1.Status{StartedAt: &start}, "Running Running running"},
		"a job that is done":      {v1alpha1.Status{StartedAt: &start, FinishedAt: &end, ExitCode: code(0)}, "Succeeded Completed terminated"},
		"a job that failed":       {v1alpha1.Status{StartedAt: &start, FinishedAt: &end, ExitCode: code(3)}, "Failed Error terminated"},
		"one that is to be again": {v1alpha1.Status{StartedAt: &start, FinishedAt: &end, ExitCode: code(3), NextRestartAt: &end}, "Running CrashLoopBackOff waiting"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			r := container("web", "", true)
			tc.status.Conditions = r.Status.Conditions
			if tc.status.FinishedAt != nil {
				tc.status.LastEnd = &v1alpha1.Termination{ExitCode: *tc.status.ExitCode, StartedAt: start, FinishedAt: end}
			}
			r.Status = tc.status
			f.Publish(r)
			p := decode[apiserver.Pod](t, f.get(podsPath+"/web"))
			table := decode[metav1.Table](t, f.get(podsPath, "Accept", tableJSON))
			state, err := json.Marshal(p.Status.ContainerStatuses[0].State)
			if err != nil {
				t.Fatal(err)
			}
			got := p.Status.Phase + " " + table.Rows[0].Cells[2].(string) + " " + strings.Split(string(state), `"`)[1]
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestPodTellsTheLastEnd(t *testing.T) {
	f := newFixture(t)
	r := container("web", "Running", true)
	start := epoch.Add(time.Hour)
	r.Status.StartedAt = &start
	for want, end := range map[string]v1alpha1.Termination{
		"OOMKilled 137": {ExitCode: 137, OutOfMemory: true}, "Error 3": {ExitCode: 3}, "Completed 0": {},
	} {
		r.Status.LastEnd = &end
		f.Publish(r)
		got := decode[apiserver.Pod](t, f.get(podsPath+"/web")).Status.ContainerStatuses[0]
		if last := got.LastState.Terminated; got.State.Running == nil || last == nil || fmt.Sprint(last.Reason, " ", last.ExitCode) != want {
			t.Errorf("want %s: %+v", want, got)
		}
	}
}

func TestPodTellsWhatItIsGiven(t *testing.T) {
	f := newFixture(t)
	r := container("web", "Running", true)
	r.Object.Container = &spec.Container{
		Image: "web:1",
		Env: map[string]spec.EnvValue{
			"B": spec.EnvText("b"), "A": {FromSecret: &spec.KeyRef{Name: "pw", Key: "pass"}}, "C": {FromConfig: &spec.KeyRef{Name: "conf", Key: "c"}},
		},
		Resources: spec.Resources{
			Limits: spec.Limits{CPUs: 5e8, Memory: 64 << 20}, Reservations: spec.Reservations{Memory: 32 << 20},
		},
		Volumes: []spec.Mount{
			{Type: spec.MountVolume, Source: "data", Target: "/data"},
			{Type: spec.MountBind, Source: "/src", Target: "/app", ReadOnly: true},
			{Type: spec.MountTmpfs, Target: "/tmp", Size: 1 << 20},
		},
		Configs: []spec.FileRef{{Name: "conf", Key: "c", Target: "/etc/c"}},
		Secrets: []spec.FileRef{{Name: "pw"}},
	}
	r.Object.Resolved = &spec.Resolved{Env: map[string]spec.EnvContent{"A": {Text: spec.NewSensitive("hush"), Secret: true}}}
	f.Publish(r)
	w := f.get(podsPath + "/web")
	if strings.Contains(w.Body.String(), "hush") {
		t.Errorf("a secret is told: %s", w.Body)
	}
	got := decode[apiserver.Pod](t, w)
	want := apiserver.PodContainer{
		Name: "web", Image: "web:1",
		Env: []apiserver.PodEnv{
			{Name: "A", ValueFrom: &apiserver.PodEnvValue{SecretKeyRef: &spec.KeyRef{Name: "pw", Key: "pass"}}},
			{Name: "B", Value: "b"},
			{Name: "C", ValueFrom: &apiserver.PodEnvValue{ConfigMapKeyRef: &spec.KeyRef{Name: "conf", Key: "c"}}},
		},
		Resources: apiserver.PodResources{
			Limits: map[string]string{"cpu": "0.5", "memory": "64Mi"}, Requests: map[string]string{"memory": "32Mi"},
		},
		VolumeMounts: []apiserver.PodMount{
			{Name: "mount-1", MountPath: "/data"},
			{Name: "mount-2", MountPath: "/app", ReadOnly: true},
			{Name: "mount-3", MountPath: "/tmp"},
			{Name: "mount-4", MountPath: "/etc/c", SubPath: "c"},
			{Name: "mount-5", MountPath: "/run/secrets/pw"},
		},
	}
	if diff := cmp.Diff(want, got.Spec.Containers[0]); diff != "" || got.Status.QOSClass != "Burstable" {
		t.Errorf("%s, %s", got.Status.QOSClass, diff)
	}
	volumes := []apiserver.PodVolume{
		{Name: "mount-1", PersistentVolumeClaim: &apiserver.PodClaim{ClaimName: "data"}},
		{Name: "mount-2", HostPath: &apiserver.PodHostPath{Path: "/src"}},
		{Name: "mount-3", EmptyDir: &apiserver.PodEmptyDir{Medium: "Memory", SizeLimit: "1Mi"}},
		{Name: "mount-4", ConfigMap: &apiserver.PodConfigFile{Name: "conf"}},
		{Name: "mount-5", Secret: &apiserver.PodSecretFile{SecretName: "pw"}},
	}
	if diff := cmp.Diff(volumes, got.Spec.Volumes); diff != "" {
		t.Error(diff)
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
	type usage struct {
		metav1.ObjectMeta `json:"metadata"`
		Containers        []struct{ Usage map[string]string }
		Usage             map[string]string
	}
	type list struct{ Items []usage }
	t.Run("is of nobody before the first sample", func(t *testing.T) {
		for _, path := range []string{pods, nodes} {
			if got := decode[list](t, f.get(path)); len(got.Items) != 0 {
				t.Errorf("%+v", got)
			}
		}
	})
	for _, name := range []string{"web", "db"} {
		r := container(name, "Running", true)
		r.Status.Metrics = &v1alpha1.Metrics{CPUPercent: 12.5, MemoryUsedBytes: 64 << 20, SampledAt: epoch}
		f.Publish(r)
	}
	want := map[string]string{"cpu": "125000000n", "memory": "65536Ki"}
	t.Run("is that of each container", func(t *testing.T) {
		got := decode[list](t, f.get(pods+"?labelSelector=app%3Dweb"))
		if len(got.Items) != 1 || !cmp.Equal(want, got.Items[0].Containers[0].Usage) {
			t.Errorf("%+v", got)
		}
	})
	t.Run("of a node is the sum", func(t *testing.T) {
		sum := map[string]string{"cpu": "250000000n", "memory": "131072Ki"}
		if got := decode[usage](t, f.get(nodes+"/engine")); !cmp.Equal(sum, got.Usage) {
			t.Errorf("%+v", got)
		}
	})
	t.Run("cannot be watched", func(t *testing.T) {
		wantStatus(t, f.get(pods+"?watch=true"), http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed)
	})
}

func TestNode(t *testing.T) {
	f := newFixture(t, func(o *apiserver.Options) {
		o.Node = func() apiserver.Node {
			return apiserver.Node{Name: "here", Ready: true, CPUs: 2, MemoryBytes: 1 << 30, Since: epoch}
		}
	})
	table := decode[metav1.Table](t, f.get("/api/v1/nodes", "Accept", tableJSON))
	if diff := cmp.Diff([]any{"here", "Ready", "3h", "<none>"}, table.Rows[0].Cells); diff != "" {
		t.Error(diff)
	}
	node := decode[struct {
		Status struct {
			Allocatable map[string]string
			Conditions  []struct{ LastHeartbeatTime time.Time }
		}
	}](t, f.get("/api/v1/nodes/here"))
	if at := node.Status.Conditions[0].LastHeartbeatTime; !at.Equal(epoch.Add(3 * time.Hour)) {
		t.Errorf("looked at %s", at)
	}
	if diff := cmp.Diff(map[string]string{"cpu": "2", "memory": "1048576Ki"}, node.Status.Allocatable); diff != "" {
		t.Error(diff)
	}
}
