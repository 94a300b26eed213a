// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// The reasons of container states that the kubelet sets.
const (
	reasonCompleted        = "Completed"
	reasonError            = "Error"
	reasonOOMKilled        = "OOMKilled"
	reasonCrashLoopBackOff = "CrashLoopBackOff"
)

// podConditions maps condition types of a pod to condition types of a Container.
var podConditions = []struct {
	pod       corev1.PodConditionType
	container condition.Type
}{
	{corev1.PodScheduled, condition.Accepted},
	{corev1.PodInitialized, condition.DependenciesReady},
	{corev1.ContainersReady, condition.Ready},
	{corev1.PodReady, condition.Ready},
}

// podStatus returns the status of a pod without its QoS class.
func podStatus(r status.Report) corev1.PodStatus {
	s := corev1.PodStatus{Phase: corev1.PodPending}
	for _, types := range podConditions {
		if c := condition.Find(r.Status.Conditions, types.container); c != nil {
			s.Conditions = append(s.Conditions, corev1.PodCondition{
				Type: types.pod, Status: corev1.ConditionStatus(c.Status), Reason: c.Reason, Message: c.Message,
				LastTransitionTime: c.LastTransitionTime,
			})
		}
	}
	container := containerStatus(r)
	setRunState(&s, &container, r.Status)
	s.ContainerStatuses = []corev1.ContainerStatus{container}
	return s
}

// containerStatus returns the status of a container that has never run. It waits
// for the reason of its Ready condition.
func containerStatus(r status.Report) corev1.ContainerStatus {
	started := false
	out := corev1.ContainerStatus{
		Name: r.Key.Name, Image: r.Status.Image, ImageID: r.Status.Image, RestartCount: toInt32(r.Status.Restarts), Started: &started,
	}
	if c := r.Object.Container; c != nil {
		out.Image = c.Image
	}
	if r.Status.ContainerID != "" {
		out.ContainerID = "docker://" + r.Status.ContainerID
	}
	if ready := condition.Find(r.Status.Conditions, condition.Ready); ready != nil {
		out.Ready = condition.IsTrue(r.Status.Conditions, condition.Ready)
		out.State.Waiting = &corev1.ContainerStateWaiting{Reason: ready.Reason, Message: ready.Message}
	}
	return out
}

// setRunState sets the phase of the pod and the state of its container from the
// last run. It changes nothing if there was no run.
func setRunState(s *corev1.PodStatus, container *corev1.ContainerStatus, st v1alpha1.Status) {
	if st.StartedAt == nil {
		return
	}
	started := seconds(*st.StartedAt)
	s.StartTime = &started
	if st.FinishedAt == nil {
		s.Phase = corev1.PodRunning
		*container.Started = true
		container.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: started}}
		container.LastTerminationState = corev1.ContainerState{Terminated: terminated(st.LastEnd)}
		return
	}
	end := terminated(st.LastEnd)
	if end == nil {
		end = &corev1.ContainerStateTerminated{StartedAt: started, FinishedAt: seconds(*st.FinishedAt), Reason: reasonCompleted}
	}
	switch {
	case st.NextRestartAt != nil:
		s.Phase = corev1.PodRunning
		container.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
			Reason: reasonCrashLoopBackOff, Message: "next restart at " + st.NextRestartAt.UTC().Format(time.RFC3339),
		}}
		container.LastTerminationState = corev1.ContainerState{Terminated: end}
	case end.ExitCode == 0:
		s.Phase = corev1.PodSucceeded
		container.State = corev1.ContainerState{Terminated: end}
	default:
		s.Phase = corev1.PodFailed
		container.State = corev1.ContainerState{Terminated: end}
	}
}

// terminated returns the end of a run with the reason that the kubelet would set;
// nil if e is nil.
func terminated(e *v1alpha1.Termination) *corev1.ContainerStateTerminated {
	if e == nil {
		return nil
	}
	reason := reasonError
	switch {
	case e.OutOfMemory:
		reason = reasonOOMKilled
	case e.ExitCode == 0:
		reason = reasonCompleted
	}
	return &corev1.ContainerStateTerminated{
		ExitCode: toInt32(e.ExitCode), Reason: reason, StartedAt: seconds(e.StartedAt), FinishedAt: seconds(e.FinishedAt),
	}
}
