// SPDX-License-Identifier: Apache-2.0

package kube_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestPodOf(t *testing.T) {
	start := epoch.Add(time.Minute + time.Millisecond)
	r := report("web")
	r.Object.Container.RestartPolicy.Name = spec.RestartNo
	r.Object.Container.Resources.Limits = spec.Limits{CPUs: 5e8, Memory: 64 << 20}
	r.Status.StartedAt, r.Status.ContainerID, r.Status.Image, r.Status.Restarts = &start, "abc", "sha256:12", 3
	checkJSON(t, kube.PodOf(r, "here"), `{
		"apiVersion": "v1", "kind": "Pod",
		"metadata": {
			"name": "web", "namespace": "default", "uid": "uid-web", "resourceVersion": "7", "generation": 2,
			"creationTimestamp": "2026-01-02T03:04:05Z", "labels": {"app": "web"}
		},
		"spec": {
			"nodeName": "here", "restartPolicy": "Never",
			"containers": [{"name": "web", "image": "example/web:1", "resources": {"limits": {"cpu": "500m", "memory": "64Mi"}}}]
		},
		"status": {
			"phase": "Running", "qosClass": "Burstable", "startTime": "2026-01-02T03:05:05Z",
			"conditions": [
				{"type": "ContainersReady", "status": "True", "reason": "Running", "message": "because",
					"lastProbeTime": null, "lastTransitionTime": "2026-01-02T03:04:05Z"},
				{"type": "Ready", "status": "True", "reason": "Running", "message": "because",
					"lastProbeTime": null, "lastTransitionTime": "2026-01-02T03:04:05Z"}
			],
			"containerStatuses": [{
				"name": "web", "image": "example/web:1", "imageID": "sha256:12", "containerID": "docker://abc",
				"ready": true, "started": true, "restartCount": 3,
				"state": {"running": {"startedAt": "2026-01-02T03:05:05Z"}}, "lastState": {}
			}]
		}
	}`)
}

func TestPodOfStates(t *testing.T) {
	start, end := epoch, epoch.Add(time.Minute)
	exited := func(code int) v1alpha1.Status {
		return v1alpha1.Status{
			StartedAt: &start, FinishedAt: &end,
			LastEnd: &v1alpha1.Termination{ExitCode: code, StartedAt: start, FinishedAt: end},
		}
	}
	restarting, forgotten := exited(3), exited(0)
	restarting.NextRestartAt = &end
	forgotten.LastEnd = nil
	for name, test := range map[string]struct {
		status v1alpha1.Status
		want   string // the phase and the state
	}{
		"waiting_for_its_ready_condition": {v1alpha1.Status{}, `Pending {"waiting":{"reason":"Running","message":"because"}}`},
		"running":                         {v1alpha1.Status{StartedAt: &start}, `Running {"running":{"startedAt":"2026-01-02T03:04:05Z"}}`},
		"completed": {exited(0), `Succeeded {"terminated":{"exitCode":0,"reason":"Completed",` +
			`"startedAt":"2026-01-02T03:04:05Z","finishedAt":"2026-01-02T03:05:05Z"}}`},
		"completed_before_the_controller_started": {forgotten, `Succeeded {"terminated":{"exitCode":0,"reason":"Completed",` +
			`"startedAt":"2026-01-02T03:04:05Z","finishedAt":"2026-01-02T03:05:05Z"}}`},
		"failed": {exited(3), `Failed {"terminated":{"exitCode":3,"reason":"Error",` +
			`"startedAt":"2026-01-02T03:04:05Z","finishedAt":"2026-01-02T03:05:05Z"}}`},
		"restarting": {restarting, `Running {"waiting":{"reason":"CrashLoopBackOff","message":"next restart at 2026-01-02T03:05:05Z"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			r := report("web")
			test.status.Conditions = r.Status.Conditions
			r.Status = test.status
			p := kube.PodOf(r, "here")
			state, err := json.Marshal(p.Status.ContainerStatuses[0].State)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(p.Status.Phase)+" "+string(state)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestPodOfLastState(t *testing.T) {
	start := epoch.Add(time.Hour)
	for want, end := range map[string]v1alpha1.Termination{
		"OOMKilled 137": {ExitCode: 137, OutOfMemory: true}, "Error 3": {ExitCode: 3}, "Completed 0": {},
	} {
		t.Run(want, func(t *testing.T) {
			r := report("web")
			r.Status.StartedAt, r.Status.LastEnd = &start, &end
			got := kube.PodOf(r, "here").Status.ContainerStatuses[0]
			if last := got.LastTerminationState.Terminated; got.State.Running == nil || last == nil ||
				fmt.Sprint(last.Reason, " ", last.ExitCode) != want {
				t.Errorf("want %s: %+v", want, got)
			}
		})
	}
}

// specOf returns the spec of a pod that uses every mapped field.
func specOf(t *testing.T) (corev1.PodSpec, corev1.PodQOSClass) {
	t.Helper()
	r := report("web")
	r.Object.Container = &spec.Container{
		Image: "web:1", Entrypoint: []string{"/app"}, Command: []string{"serve"}, WorkingDir: "/srv", PullPolicy: spec.PullMissing,
		Env: map[string]spec.EnvValue{
			"B": spec.EnvText("b"), "A": {FromSecret: &spec.KeyRef{Name: "pw", Key: "pass", Optional: true}},
			"C": {FromConfig: &spec.KeyRef{Name: "conf", Key: "c"}},
		},
		Ports: []spec.Port{{Container: spec.PortRange{First: 80, Last: 80}, Host: spec.PortRange{First: 8080, Last: 8080}, HostIP: "::1"}},
		Resources: spec.Resources{
			Limits: spec.Limits{CPUs: 1_500_000_000, Memory: 64 << 20}, Reservations: spec.Reservations{Memory: 1500 << 10},
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
	pod := kube.PodOf(r, "here")
	data, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "hush") {
		t.Errorf("the pod contains the value of a secret: %s", data)
	}
	return pod.Spec, pod.Status.QOSClass
}

func TestPodOfContainer(t *testing.T) {
	got, qos := specOf(t)
	optional := true
	want := corev1.Container{
		Name: "web", Image: "web:1", Command: []string{"/app"}, Args: []string{"serve"}, WorkingDir: "/srv",
		ImagePullPolicy: corev1.PullIfNotPresent,
		Ports:           []corev1.ContainerPort{{ContainerPort: 80, HostPort: 8080, HostIP: "::1", Protocol: corev1.ProtocolTCP}},
		Env: []corev1.EnvVar{
			{Name: "A", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
				LocalObjectReference: corev1.LocalObjectReference{Name: "pw"}, Key: "pass", Optional: &optional,
			}}},
			{Name: "B", Value: "b"},
			{Name: "C", ValueFrom: &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{
				LocalObjectReference: corev1.LocalObjectReference{Name: "conf"}, Key: "c",
			}}},
		},
		Resources: corev1.ResourceRequirements{
			Limits: corev1.ResourceList{
				corev1.ResourceCPU: resource.MustParse("1.5"), corev1.ResourceMemory: resource.MustParse("64Mi"),
			},
			Requests: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("1500Ki")},
		},
		VolumeMounts: []corev1.VolumeMount{
			{Name: "mount-1", MountPath: "/data"},
			{Name: "mount-2", MountPath: "/app", ReadOnly: true},
			{Name: "mount-3", MountPath: "/tmp"},
			{Name: "mount-4", MountPath: "/etc/c", SubPath: "c"},
			{Name: "mount-5", MountPath: "/run/secrets/pw"},
		},
	}
	if diff := cmp.Diff(want, got.Containers[0]); diff != "" {
		t.Errorf("container (-want +got):\n%s", diff)
	}
	if qos != corev1.PodQOSBurstable {
		t.Errorf("QoS class %s, want Burstable", qos)
	}
}

func TestPodOfVolumes(t *testing.T) {
	got, _ := specOf(t)
	limit, unset := resource.MustParse("1Mi"), corev1.HostPathUnset
	want := []corev1.Volume{
		{Name: "mount-1", VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"},
		}},
		{Name: "mount-2", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/src", Type: &unset}}},
		{Name: "mount-3", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{
			Medium: corev1.StorageMediumMemory, SizeLimit: &limit,
		}}},
		{Name: "mount-4", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: "conf"},
		}}},
		{Name: "mount-5", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "pw"}}},
	}
	if diff := cmp.Diff(want, got.Volumes); diff != "" {
		t.Errorf("volumes (-want +got):\n%s", diff)
	}
}

func TestPodOfUndeclaredContainer(t *testing.T) {
	r := report("web")
	r.Object, r.Status = spec.Object{}, v1alpha1.Status{}
	got := kube.PodOf(r, "here")
	if len(got.Spec.Containers) != 1 || got.Spec.RestartPolicy != corev1.RestartPolicyAlways ||
		got.Status.Phase != corev1.PodPending || got.Status.QOSClass != corev1.PodQOSBestEffort {
		t.Errorf("%+v", got)
	}
}
