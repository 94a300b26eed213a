// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"maps"
	"reflect"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Pod is a container in the shape of a core/v1 Pod, as far as it is used here:
// kubectl knows the logs, the metrics and the inside of pods alone. Pods are read
// only, and each is the Container of its name.
type Pod struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              PodSpec   `json:"spec"`
	Status            PodStatus `json:"status"`
}

// PodSpec is the spec of a pod.
type PodSpec struct {
	NodeName      string         `json:"nodeName"`
	RestartPolicy string         `json:"restartPolicy"`
	Containers    []PodContainer `json:"containers"`
	Volumes       []PodVolume    `json:"volumes,omitempty"`
}

// PodStatus is the status of a pod.
type PodStatus struct {
	Phase             string               `json:"phase"`
	QOSClass          string               `json:"qosClass"`
	Reason            string               `json:"reason,omitempty"`
	Message           string               `json:"message,omitempty"`
	StartTime         *metav1.Time         `json:"startTime,omitempty"`
	Conditions        []PodCondition       `json:"conditions,omitempty"`
	ContainerStatuses []PodContainerStatus `json:"containerStatuses,omitempty"`
}

// PodCondition is a condition of a pod.
type PodCondition struct {
	Type               string                 `json:"type"`
	Status             metav1.ConditionStatus `json:"status"`
	Reason             string                 `json:"reason,omitempty"`
	Message            string                 `json:"message,omitempty"`
	LastTransitionTime metav1.Time            `json:"lastTransitionTime"`
}

// PodContainerStatus is the status of a pod's container.
type PodContainerStatus struct {
	Name         string   `json:"name"`
	Image        string   `json:"image"`
	ImageID      string   `json:"imageID"`
	ContainerID  string   `json:"containerID,omitempty"`
	Ready        bool     `json:"ready"`
	Started      bool     `json:"started"`
	RestartCount int      `json:"restartCount"`
	State        PodState `json:"state"`
	LastState    PodState `json:"lastState"`
}

// PodState is the state of a pod's container; one field is set.
type PodState struct {
	Running    *PodRunning    `json:"running,omitempty"`
	Waiting    *PodWaiting    `json:"waiting,omitempty"`
	Terminated *PodTerminated `json:"terminated,omitempty"`
}

// PodRunning says since when it runs.
type PodRunning struct {
	StartedAt metav1.Time `json:"startedAt"`
}

// PodWaiting says why it does not run.
type PodWaiting struct {
	Reason  string `json:"reason"`
	Message string `json:"message,omitempty"`
}

// PodTerminated says how it ended.
type PodTerminated struct {
	ExitCode   int         `json:"exitCode"`
	Reason     string      `json:"reason,omitempty"`
	StartedAt  metav1.Time `json:"startedAt"`
	FinishedAt metav1.Time `json:"finishedAt"`
}

func pods(node func() Node) resource {
	show := func(r status.Report) item { return podItem(r, node().Name) }
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
		shape: reflect.TypeFor[Pod](),
		list:  listReports(spec.KindContainer, show),
		track: trackReports(spec.KindContainer, show),
		table: func(items []item, now time.Time) metav1.Table { return tableOfItems(items, podColumns(), now) },
	}
}

func podItem(r status.Report, node string) item {
	p := podOf(r, node)
	set := metadataOf(&p.ObjectMeta)
	maps.Copy(set, map[string]string{
		"status.phase": p.Status.Phase, "spec.nodeName": p.Spec.NodeName, "spec.restartPolicy": p.Spec.RestartPolicy,
	})
	return item{meta: &p.ObjectMeta, fields: set, object: &p}
}

// podOf is a container's report as a pod.
func podOf(r status.Report, node string) Pod {
	o := ObjectOf(r)
	container := podContainer(r)
	p := Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: o.ObjectMeta,
		Spec:       PodSpec{NodeName: node, RestartPolicy: "Always", Containers: []PodContainer{container}},
		Status:     podStatus(r),
	}
	p.Status.QOSClass = container.Resources.qos()
	p.Spec.Volumes, p.Spec.Containers[0].VolumeMounts = podVolumes(r.Object.Container)
	if c := r.Object.Container; c != nil {
		switch c.RestartPolicy.Name {
		case spec.RestartNo:
			p.Spec.RestartPolicy = "Never"
		case spec.RestartOnFailure:
			p.Spec.RestartPolicy = "OnFailure"
		}
	}
	return p
}

// podConditions are the conditions of pods and what they are called here.
var podConditions = [][2]string{
	{"PodScheduled", "Accepted"}, {"Initialized", "DependenciesReady"}, {"ContainersReady", "Ready"}, {"Ready", "Ready"},
}

func podStatus(r status.Report) PodStatus {
	s := PodStatus{Phase: "Pending"}
	container := PodContainerStatus{
		Name: r.Key.Name, Image: r.Status.Image, ImageID: r.Status.Image, RestartCount: r.Status.Restarts,
	}
	if c := r.Object.Container; c != nil {
		container.Image = c.Image
	}
	if r.Status.ContainerID != "" {
		container.ContainerID = "docker://" + r.Status.ContainerID
	}
	for _, names := range podConditions {
		i := slices.IndexFunc(r.Status.Conditions, func(c metav1.Condition) bool { return c.Type == names[1] })
		if i < 0 {
			continue
		}
		c := r.Status.Conditions[i]
		s.Conditions = append(s.Conditions, PodCondition{
			Type: names[0], Status: c.Status, Reason: c.Reason, Message: c.Message, LastTransitionTime: c.LastTransitionTime,
		})
		if names[0] == "Ready" {
			container.Ready = c.Status == metav1.ConditionTrue
			container.State.Waiting = &PodWaiting{Reason: c.Reason, Message: c.Message}
		}
	}
	s.run(&container, r.Status)
	s.ContainerStatuses = []PodContainerStatus{container}
	return s
}

// run fills in whether the container runs, or how it ended.
func (s *PodStatus) run(container *PodContainerStatus, st v1alpha1.Status) {
	if st.StartedAt == nil {
		return
	}
	started := seconds(*st.StartedAt)
	s.StartTime = &started
	if st.FinishedAt == nil {
		s.Phase = "Running"
		container.Started = true
		container.State = PodState{Running: &PodRunning{StartedAt: started}}
		container.LastState = PodState{Terminated: podEnd(st.LastEnd)}
		return
	}
	end := podEnd(st.LastEnd)
	if end == nil {
		end = &PodTerminated{StartedAt: started, FinishedAt: seconds(*st.FinishedAt), Reason: "Completed"}
	}
	switch {
	case st.NextRestartAt != nil:
		s.Phase = "Running"
		container.State = PodState{Waiting: &PodWaiting{Reason: "CrashLoopBackOff", Message: "it is started again at " + st.NextRestartAt.String()}}
		container.LastState = PodState{Terminated: end}
	case end.ExitCode == 0:
		s.Phase = "Succeeded"
		container.State = PodState{Terminated: end}
	default:
		s.Phase = "Failed"
		container.State = PodState{Terminated: end}
	}
}

// podEnd is an end in Kubernetes' words; nil when there was none.
func podEnd(e *v1alpha1.Termination) *PodTerminated {
	if e == nil {
		return nil
	}
	reason := "Error"
	switch {
	case e.OutOfMemory:
		reason = "OOMKilled"
	case e.ExitCode == 0:
		reason = "Completed"
	}
	return &PodTerminated{ExitCode: e.ExitCode, Reason: reason, StartedAt: seconds(e.StartedAt), FinishedAt: seconds(e.FinishedAt)}
}

func podColumns() []table.Column[Pod] {
	return []table.Column[Pod]{
		{Name: "Name", Description: "Name of the container.", Cell: func(p Pod, _ time.Time) any { return p.Name }},
		{Name: "Ready", Description: "Whether its container is ready.", Cell: func(p Pod, _ time.Time) any {
			if p.Status.ContainerStatuses[0].Ready {
				return "1/1"
			}
			return "0/1"
		}},
		{Name: "Status", Description: "What it does, in one word.", Cell: podWord},
		{Name: "Restarts", Type: "integer", Description: "How often it was restarted.", Cell: func(p Pod, _ time.Time) any {
			return int64(p.Status.ContainerStatuses[0].RestartCount)
		}},
		{Name: "Age", Description: "How long there has been one.", Cell: func(p Pod, now time.Time) any {
			return table.Age(p.CreationTimestamp, now)
		}},
		{Name: "Node", Wide: true, Description: "The engine's machine.", Cell: func(p Pod, _ time.Time) any { return p.Spec.NodeName }},
	}
}

func podWord(p Pod, _ time.Time) any {
	state := p.Status.ContainerStatuses[0].State
	switch {
	case state.Waiting != nil:
		return state.Waiting.Reason
	case state.Terminated != nil:
		return state.Terminated.Reason
	}
	return p.Status.Phase
}
