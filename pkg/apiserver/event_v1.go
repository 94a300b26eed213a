// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"reflect"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// eventsGroup is the newer group of events, which k9s requests.
var eventsGroup = eventsv1.SchemeGroupVersion

// eventsV1 is the collection of events as events.k8s.io/v1.
func eventsV1() resource {
	return resource{
		GroupVersion: eventsGroup,
		plural:       "events",
		singular:     "event",
		kind:         "Event", // no short name, because kubectl warns if two resources share one
		fields: []string{
			"metadata.name", "metadata.namespace", "type", "reason", "reportingController",
			"regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid",
			"regarding.apiVersion", "regarding.resourceVersion", "regarding.fieldPath",
		},
		shape: reflect.TypeFor[eventsv1.Event](),
		list:  listEvents(eventV1Item),
		get:   getEvent(eventV1Item),
		track: trackEvents(eventV1Item),
		table: func(items []item, now time.Time) metav1.Table {
			events := make([]v1alpha1.Event, 0, len(items))
			for _, e := range pointers[eventsv1.Event](items) {
				events = append(events, kube.EventFromV1(e))
			}
			return table.Events(events, now)
		},
	}
}

func eventV1Item(se status.Event) item {
	e := kube.EventV1Of(se)
	set := fields.Set{
		"type":                 e.Type,
		"reason":               e.Reason,
		"reportingController":  e.ReportingController,
		"regarding.kind":       e.Regarding.Kind,
		"regarding.namespace":  e.Regarding.Namespace,
		"regarding.name":       e.Regarding.Name,
		"regarding.uid":        string(e.Regarding.UID),
		"regarding.apiVersion": e.Regarding.APIVersion,
	}
	for k, v := range metadataOf(&e.ObjectMeta) {
		set[k] = v
	}
	return item{meta: &e.ObjectMeta, fields: set, object: e}
}
