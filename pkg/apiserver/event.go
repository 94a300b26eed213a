// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// component is the source of all events.
const component = "reconciler"

// EventOf returns the wire form of an event of the store.
func EventOf(e status.Event) v1alpha1.Event {
	return v1alpha1.Event{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Event"},
		ObjectMeta: metav1.ObjectMeta{
			Name:              e.Name,
			Namespace:         e.Key.Namespace,
			UID:               types.UID(e.Name),
			ResourceVersion:   formatVersion(e.ResourceVersion),
			CreationTimestamp: seconds(e.First),
			Annotations:       annotationsOf(e),
		},
		InvolvedObject: corev1.ObjectReference{
			Kind:       string(e.Key.Kind),
			Namespace:  e.Key.Namespace,
			Name:       e.Key.Name,
			UID:        types.UID(e.ObjectUID),
			APIVersion: spec.APIVersion,
		},
		Reason:              e.Reason,
		Message:             e.Message,
		Source:              corev1.EventSource{Component: component},
		FirstTimestamp:      seconds(e.First),
		LastTimestamp:       seconds(e.Last),
		Count:               int32(min(e.Count, 1<<31-1)), //nolint:gosec // bounded
		Type:                string(e.Type),
		ReportingController: component,
	}
}

func annotationsOf(e status.Event) map[string]string {
	if e.ReconcileID == "" {
		return nil
	}
	return map[string]string{v1alpha1.AnnotationReconcileID: e.ReconcileID}
}
