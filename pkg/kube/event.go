// SPDX-License-Identifier: Apache-2.0

package kube

import (
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// component is the source of all events.
const component = "reconciler"

// kindEvent is the kind of events in both groups.
const kindEvent = "Event"

// EventOf returns an event of the store as a core/v1 Event.
func EventOf(e status.Event) v1alpha1.Event {
	return v1alpha1.Event{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: kindEvent},
		ObjectMeta: metav1.ObjectMeta{
			Name:              e.Name,
			Namespace:         e.Key.Namespace,
			UID:               types.UID(e.Name),
			ResourceVersion:   formatVersion(e.ResourceVersion),
			CreationTimestamp: seconds(e.First),
			Annotations:       eventAnnotations(e),
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
		Count:               toInt32(e.Count),
		Type:                string(e.Type),
		ReportingController: component,
	}
}

func eventAnnotations(e status.Event) map[string]string {
	if e.ReconcileID == "" {
		return nil
	}
	return map[string]string{v1alpha1.AnnotationReconcileID: e.ReconcileID}
}

// EventV1Of returns an event of the store as an events.k8s.io/v1 Event. It has a
// series if the event occurred more than once.
func EventV1Of(se status.Event) *eventsv1.Event {
	e := EventOf(se)
	out := &eventsv1.Event{
		TypeMeta:                 metav1.TypeMeta{APIVersion: eventsv1.SchemeGroupVersion.String(), Kind: kindEvent},
		ObjectMeta:               e.ObjectMeta,
		EventTime:                metav1.NewMicroTime(e.FirstTimestamp.Time),
		ReportingController:      e.ReportingController,
		Reason:                   e.Reason,
		Regarding:                e.InvolvedObject,
		Note:                     e.Message,
		Type:                     e.Type,
		DeprecatedSource:         e.Source,
		DeprecatedFirstTimestamp: e.FirstTimestamp,
		DeprecatedLastTimestamp:  e.LastTimestamp,
		DeprecatedCount:          e.Count,
	}
	if e.Count > 1 {
		out.Series = &eventsv1.EventSeries{Count: e.Count, LastObservedTime: metav1.NewMicroTime(e.LastTimestamp.Time)}
	}
	return out
}

// EventFromV1 returns the core/v1 Event of the same event. It is the inverse of
// EventV1Of.
func EventFromV1(e *eventsv1.Event) v1alpha1.Event {
	return v1alpha1.Event{
		TypeMeta:            metav1.TypeMeta{APIVersion: "v1", Kind: kindEvent},
		ObjectMeta:          e.ObjectMeta,
		InvolvedObject:      e.Regarding,
		Reason:              e.Reason,
		Message:             e.Note,
		Source:              e.DeprecatedSource,
		FirstTimestamp:      e.DeprecatedFirstTimestamp,
		LastTimestamp:       e.DeprecatedLastTimestamp,
		Count:               e.DeprecatedCount,
		Type:                e.Type,
		ReportingController: e.ReportingController,
	}
}
