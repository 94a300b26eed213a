// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"reflect"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// eventsGroup is the newer group of events, which k9s asks for.
var eventsGroup = schema.GroupVersion{Group: "events.k8s.io", Version: "v1"}

// Notice is an Event in the shape of events.k8s.io/v1: the same events in other
// words.
type Notice struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	// EventTime is when it first happened.
	EventTime metav1.MicroTime `json:"eventTime"`
	// Series is there when it happened more than once.
	Series *NoticeSeries `json:"series,omitempty"`
	// ReportingController is what tells of it.
	ReportingController string `json:"reportingController"`
	// Reason is what happened, in one word.
	Reason string `json:"reason"`
	// Regarding is the resource that it happened to.
	Regarding corev1.ObjectReference `json:"regarding"`
	// Note is what happened, in a sentence.
	Note string `json:"note"`
	// Type is Normal or Warning.
	Type string `json:"type"`
	// DeprecatedSource is the source of the core/v1 Event.
	DeprecatedSource corev1.EventSource `json:"deprecatedSource"`
	// DeprecatedFirstTimestamp is when it first happened.
	DeprecatedFirstTimestamp metav1.Time `json:"deprecatedFirstTimestamp"`
	// DeprecatedLastTimestamp is when it last happened.
	DeprecatedLastTimestamp metav1.Time `json:"deprecatedLastTimestamp"`
	// DeprecatedCount is how often it happened.
	DeprecatedCount int32 `json:"deprecatedCount"`

	event v1alpha1.Event
}

// NoticeSeries tells of an event that repeats.
type NoticeSeries struct {
	// Count is how often it happened.
	Count int32 `json:"count"`
	// LastObservedTime is when it last happened.
	LastObservedTime metav1.MicroTime `json:"lastObservedTime"`
}

// NoticeOf is an event in the newer shape.
func NoticeOf(e v1alpha1.Event) Notice {
	n := Notice{
		TypeMeta:                 metav1.TypeMeta{APIVersion: eventsGroup.String(), Kind: e.Kind},
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
		event:                    e,
	}
	if e.Count > 1 {
		n.Series = &NoticeSeries{Count: e.Count, LastObservedTime: metav1.NewMicroTime(e.LastTimestamp.Time)}
	}
	return n
}

// notices is the collection of events in the newer shape.
func notices() resource {
	return resource{
		GroupVersion: eventsGroup,
		plural:       "events",
		singular:     "event",
		kind:         "Event", // no short name: kubectl warns of one that two have
		fields: []string{
			"metadata.name", "metadata.namespace", "type", "reason", "reportingController",
			"regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid",
			"regarding.apiVersion", "regarding.resourceVersion", "regarding.fieldPath",
		},
		shape: reflect.TypeFor[Notice](),
		list:  listEvents(noticeItem),
		track: trackEvents(noticeItem),
		table: func(items []item, now time.Time) metav1.Table {
			events := make([]v1alpha1.Event, 0, len(items))
			for _, i := range items {
				events = append(events, i.object.(*Notice).event)
			}
			return table.Events(events, now)
		},
	}
}

func noticeItem(se status.Event) item {
	n := NoticeOf(EventOf(se))
	set := fields.Set{
		"type":                 n.Type,
		"reason":               n.Reason,
		"reportingController":  n.ReportingController,
		"regarding.kind":       n.Regarding.Kind,
		"regarding.namespace":  n.Regarding.Namespace,
		"regarding.name":       n.Regarding.Name,
		"regarding.uid":        string(n.Regarding.UID),
		"regarding.apiVersion": n.Regarding.APIVersion,
	}
	for k, v := range metadataOf(&n.ObjectMeta) {
		set[k] = v
	}
	return item{meta: &n.ObjectMeta, fields: set, object: &n}
}
