// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// podContainer returns the container of a pod without its mounts. If the report
// has no spec, it has a name and an image only.
func podContainer(r status.Report) corev1.Container {
	out := corev1.Container{Name: r.Key.Name, Image: r.Status.Image}
	c := r.Object.Container
	if c == nil {
		return out
	}
	out.Image, out.Command, out.Args, out.WorkingDir = c.Image, c.Entrypoint, c.Command, c.WorkingDir
	out.ImagePullPolicy = pullPolicy(c.PullPolicy)
	for _, port := range c.PublishedPorts() {
		out.Ports = append(out.Ports, corev1.ContainerPort{
			ContainerPort: toInt32(port.Container), HostPort: toInt32(port.Host), HostIP: port.HostIP,
			Protocol: corev1.Protocol(strings.ToUpper(port.Protocol)),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Env)) {
		out.Env = append(out.Env, envVar(name, c.Env[name]))
	}
	out.Resources = podResources(c.Resources)
	return out
}

// pullPolicy returns the image pull policy of a pod; empty if p is empty.
func pullPolicy(p spec.PullPolicy) corev1.PullPolicy {
	switch p {
	case spec.PullAlways:
		return corev1.PullAlways
	case spec.PullMissing:
		return corev1.PullIfNotPresent
	case spec.PullNever:
		return corev1.PullNever
	}
	return ""
}

func envVar(name string, v spec.EnvValue) corev1.EnvVar {
	switch {
	case v.FromConfig != nil:
		return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: v.FromConfig.Name},
			Key:                  v.FromConfig.Key, Optional: trueOrNil(v.FromConfig.Optional),
		}}}
	case v.FromSecret != nil:
		return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: v.FromSecret.Name},
			Key:                  v.FromSecret.Key, Optional: trueOrNil(v.FromSecret.Optional),
		}}}
	}
	return corev1.EnvVar{Name: name, Value: v.Value}
}

func trueOrNil(b bool) *bool {
	if !b {
		return nil
	}
	return &b
}

// podResources returns the limits, and the memory reservation as the request.
func podResources(r spec.Resources) corev1.ResourceRequirements {
	return corev1.ResourceRequirements{
		Limits:   resourceList(r.Limits.CPUs, r.Limits.Memory),
		Requests: resourceList(0, r.Reservations.Memory),
	}
}

// resourceList returns the positive amounts; nil if there are none.
func resourceList(cpus spec.CPUs, memory spec.Size) corev1.ResourceList {
	out := corev1.ResourceList{}
	if cpus > 0 {
		out[corev1.ResourceCPU] = *resource.NewScaledQuantity(int64(cpus), resource.Nano)
	}
	if memory > 0 {
		out[corev1.ResourceMemory] = bytesQuantity(int64(memory))
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func bytesQuantity(n int64) resource.Quantity { return *resource.NewQuantity(n, resource.BinarySI) }

// qosClass returns the QoS class of a container. It is never Guaranteed.
func qosClass(r corev1.ResourceRequirements) corev1.PodQOSClass {
	if len(r.Limits)+len(r.Requests) == 0 {
		return corev1.PodQOSBestEffort
	}
	return corev1.PodQOSBurstable
}
