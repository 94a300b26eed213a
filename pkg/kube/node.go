// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Machine describes the host of the engine, which is shown as a Node.
type Machine struct {
	// Name is the name of the Node; it must be a valid DNS subdomain.
	Name string
	// Engine is the name and version of the engine, for example "docker://28.0.0".
	Engine string
	// OS is the operating system.
	OS string
	// Ready is true if the engine answers.
	Ready bool
	// CPUs and MemoryBytes are the capacity; zero means unknown.
	CPUs        int
	MemoryBytes uint64
	// Since is the time from which on the machine is known.
	Since time.Time
}

// NodeOf returns a machine as a Node whose heartbeat is at now. The capacity is
// set only if both the CPUs and the memory are known.
func NodeOf(m Machine, now time.Time) *corev1.Node {
	meta := nodeMeta(m)
	ready := corev1.NodeCondition{
		Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "EngineAnswers",
		LastHeartbeatTime: seconds(now), LastTransitionTime: meta.CreationTimestamp,
	}
	if !m.Ready {
		ready.Status, ready.Reason = corev1.ConditionFalse, "EngineUnreachable"
	}
	node := &corev1.Node{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Node"},
		ObjectMeta: meta,
		Status: corev1.NodeStatus{
			Conditions: []corev1.NodeCondition{ready},
			NodeInfo:   corev1.NodeSystemInfo{OSImage: m.OS, OperatingSystem: m.OS, ContainerRuntimeVersion: m.Engine},
		},
	}
	if m.CPUs > 0 && m.MemoryBytes > 0 {
		node.Status.Capacity = corev1.ResourceList{
			corev1.ResourceCPU:    *resource.NewQuantity(int64(m.CPUs), resource.DecimalSI),
			corev1.ResourceMemory: kibibytes(m.MemoryBytes),
		}
		node.Status.Allocatable = node.Status.Capacity
	}
	return node
}

// nodeMeta returns the metadata of a machine.
func nodeMeta(m Machine) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: m.Name, UID: types.UID("node-" + m.Name), CreationTimestamp: seconds(m.Since),
		Labels: map[string]string{corev1.LabelHostname: m.Name},
	}
}

// kibibytes returns n rounded down to whole KiB.
func kibibytes(n uint64) resource.Quantity {
	return bytesQuantity(int64(n >> 10 << 10)) //nolint:gosec // no machine has 2^63 bytes
}
