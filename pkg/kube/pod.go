// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"math"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// PodOf returns the report of a Container as a Pod on the named node. The values of
// secrets are not part of it.
func PodOf(r status.Report, node string) *corev1.Pod {
	container := podContainer(r)
	p := &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: objectMeta(r),
		Spec: corev1.PodSpec{
			NodeName:      node,
			RestartPolicy: restartPolicy(r.Object.Container),
		},
		Status: podStatus(r),
	}
	p.Status.QOSClass = qosClass(container.Resources)
	p.Spec.Volumes, container.VolumeMounts = podVolumes(r.Object.Container)
	p.Spec.Containers = []corev1.Container{container}
	return p
}

// restartPolicy returns the restart policy of a pod; Always if c is nil.
func restartPolicy(c *spec.Container) corev1.RestartPolicy {
	if c == nil {
		return corev1.RestartPolicyAlways
	}
	switch c.RestartPolicy.Name {
	case spec.RestartNo:
		return corev1.RestartPolicyNever
	case spec.RestartOnFailure:
		return corev1.RestartPolicyOnFailure
	}
	return corev1.RestartPolicyAlways
}

// toInt32 converts an integer, which is limited to the range of an int32.
func toInt32(n int) int32 { return int32(max(min(n, math.MaxInt32), math.MinInt32)) } //nolint:gosec // limited
