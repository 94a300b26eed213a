// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"math"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metricsv1beta1 "k8s.io/metrics/pkg/apis/metrics/v1beta1"

	"github.com/pact-toolbox/reconciler/pkg/status"
)

// metricsWindow is the time over which the CPU usage is averaged: the default
// interval between two samples.
const metricsWindow = 10 * time.Second

// nanosPerPercent converts percent of a CPU to nanocores.
const nanosPerPercent = 1e7

// PodMetricsOf returns the last sample of a Container, or nil if there is none.
func PodMetricsOf(r status.Report) *metricsv1beta1.PodMetrics {
	m := r.Status.Metrics
	if m == nil {
		return nil
	}
	meta := objectMeta(r)
	meta.Annotations = nil
	return &metricsv1beta1.PodMetrics{
		TypeMeta:   metricsType("PodMetrics"),
		ObjectMeta: meta,
		Timestamp:  seconds(m.SampledAt),
		Window:     metav1.Duration{Duration: metricsWindow},
		Containers: []metricsv1beta1.ContainerMetrics{{Name: r.Key.Name, Usage: usage(m.CPUPercent, m.MemoryUsedBytes)}},
	}
}

// NodeMetricsOf returns the sum of the last samples of all reports as the usage of
// the machine, or nil if there is no sample.
func NodeMetricsOf(m Machine, reports []status.Report) *metricsv1beta1.NodeMetrics {
	var cpu float64
	var memory uint64
	var at time.Time
	for _, r := range reports {
		if sample := r.Status.Metrics; sample != nil {
			cpu, memory = cpu+sample.CPUPercent, memory+sample.MemoryUsedBytes
			if sample.SampledAt.After(at) {
				at = sample.SampledAt
			}
		}
	}
	if at.IsZero() {
		return nil
	}
	return &metricsv1beta1.NodeMetrics{
		TypeMeta:   metricsType("NodeMetrics"),
		ObjectMeta: nodeMeta(m),
		Timestamp:  seconds(at),
		Window:     metav1.Duration{Duration: metricsWindow},
		Usage:      usage(cpu, memory),
	}
}

func metricsType(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: metricsv1beta1.SchemeGroupVersion.String(), Kind: kind}
}

// usage returns the resources of a usage in percent of one CPU and in bytes.
func usage(cpuPercent float64, memory uint64) corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceCPU:    *resource.NewScaledQuantity(int64(math.Round(cpuPercent*nanosPerPercent)), resource.Nano),
		corev1.ResourceMemory: kibibytes(memory),
	}
}
