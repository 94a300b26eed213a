// SPDX-License-Identifier: Apache-2.0

package api

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// component is what events name as their source.
const component = "reconciler"

// Event is a core/v1 Event, as far as it is used here.
type Event struct {
	metav1.TypeMeta     `json:",inline"`
	metav1.ObjectMeta   `json:"metadata"`
	InvolvedObject      ObjectReference   `json:"involvedObject"`
	Reason              string            `json:"reason"`
	Message             string            `json:"message"`
	Source              EventSource       `json:"source"`
	FirstTimestamp      metav1.Time       `json:"firstTimestamp"`
	LastTimestamp       metav1.Time       `json:"lastTimestamp"`
	Count               int32             `json:"count"`
	Type                status.EventType  `json:"type"`
	EventTime           *metav1.MicroTime `json:"eventTime"`
	ReportingController string            `json:"reportingComponent"`
	ReportingInstance   string            `json:"reportingInstance"`
}

// EventList is a list of events.
type EventList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`
	Items           []Event `json:"items"`
}

// ObjectReference names the resource that an event is about.
type ObjectReference struct {
	Kind       string    `json:"kind"`
	Namespace  string    `json:"namespace"`
	Name       string    `json:"name"`
	UID        types.UID `json:"uid,omitempty"`
	APIVersion string    `json:"apiVersion"`
}

// EventSource names what tells of an event.
type EventSource struct {
	Component string `json:"component"`
}

// EventOf is an event as the API shows it.
func EventOf(e status.Event) Event {
	return Event{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Event"},
		ObjectMeta: metav1.ObjectMeta{
			Name:              e.Name,
			Namespace:         e.Key.Namespace,
			UID:               types.UID(e.Name),
			ResourceVersion:   formatVersion(e.ResourceVersion),
			CreationTimestamp: seconds(e.First),
			Annotations:       annotationsOf(e),
		},
		InvolvedObject: ObjectReference{
			Kind:       string(e.Key.Kind),
			Namespace:  e.Key.Namespace,
			Name:       e.Key.Name,
			UID:        types.UID(e.ObjectUID),
			APIVersion: spec.APIVersion,
		},
		Reason:              e.Reason,
		Message:             e.Message,
		Source:              EventSource{Component: component},
		FirstTimestamp:      seconds(e.First),
		LastTimestamp:       seconds(e.Last),
		Count:               int32(min(e.Count, 1<<31-1)), //nolint:gosec // bounded
		Type:                e.Type,
		ReportingController: component,
	}
}

// AnnotationReconcileID names, on an event, the pass in which it last happened:
// the reconcileID of the log.
const AnnotationReconcileID = "dev.reconciler/reconcile-id"

func annotationsOf(e status.Event) map[string]string {
	if e.ReconcileID == "" {
		return nil
	}
	return map[string]string{AnnotationReconcileID: e.ReconcileID}
}

// Key names the resource that the event is about.
func (e Event) Key() spec.Key {
	o := e.InvolvedObject
	return spec.Key{Kind: spec.Kind(o.Kind), Namespace: o.Namespace, Name: o.Name}
}
