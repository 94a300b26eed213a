// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// NamespaceOf returns an active Namespace that exists since the given time.
func NamespaceOf(name string, since time.Time, version uint64) *corev1.Namespace {
	return &corev1.Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{
			Name:              name,
			UID:               types.UID("namespace-" + name),
			ResourceVersion:   formatVersion(version),
			CreationTimestamp: seconds(since),
		},
		Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive},
	}
}
