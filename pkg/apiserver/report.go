// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"reflect"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/openapi"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// ours is the group of the controller's own kinds, core the group of Kubernetes'
// basic kinds.
var (
	ours = schema.GroupVersion{Group: v1alpha1.Group, Version: v1alpha1.Version}
	core = corev1.SchemeGroupVersion
)

// objects is the collection of the objects of a kind.
func objects(kind spec.Kind, plural, short string, subresources ...subresource) resource {
	return resource{
		GroupVersion: ours,
		plural:       plural,
		singular:     strings.ToLower(string(kind)),
		kind:         string(kind),
		short:        []string{short},
		categories:   []string{"all"},
		subresources: subresources,
		fields:       []string{"metadata.name", "metadata.namespace", "status.phase"},
		shape:        openapi.TypeOf(kind),
		list:         listReports(kind, objectItem),
		get:          getReport(kind, objectItem),
		track:        trackReports(kind, objectItem),
		table: func(items []item, now time.Time) metav1.Table {
			return tableOfItems(items, table.ObjectColumns(kind), now)
		},
	}
}

func objectItem(r status.Report) item {
	o := kube.ObjectOf(r)
	fields := metadataOf(&o.ObjectMeta)
	fields["status.phase"] = o.Status.Phase
	return item{meta: &o.ObjectMeta, fields: fields, object: &o}
}

// listReports returns a function that lists the reports of a kind as items.
func listReports(kind spec.Kind, show func(status.Report) item) func(*status.Store) ([]item, uint64) {
	return func(s *status.Store) ([]item, uint64) {
		reports, version := s.List()
		items := []item{}
		for _, r := range reports {
			if r.Key.Kind == kind {
				items = append(items, show(r))
			}
		}
		return items, version
	}
}

// getReport returns a function that returns the report of one object as an item.
func getReport(kind spec.Kind, show func(status.Report) item) func(*status.Store, string, string) (item, bool) {
	return func(s *status.Store, namespace, name string) (item, bool) {
		r, found := s.Get(spec.Key{Kind: kind, Namespace: namespace, Name: name})
		if !found {
			return item{}, false
		}
		return show(r), true
	}
}

// trackReports returns a function that converts the changes of the reports of a
// kind to items.
func trackReports(kind spec.Kind, show func(status.Report) item) func(*status.Store) tracker {
	return func(*status.Store) tracker {
		return func(c status.Change) (before, after *item) {
			if c.Report == nil || c.Report.Key.Kind != kind {
				return nil, nil
			}
			if c.Previous != nil {
				i := show(*c.Previous)
				i.meta.ResourceVersion = formatVersion(c.ResourceVersion)
				before = &i
			}
			if c.Type != status.Deleted {
				i := show(*c.Report)
				after = &i
			}
			return before, after
		}
	}
}

// events is the collection of events as core/v1.
func events() resource {
	return resource{
		GroupVersion: core,
		plural:       "events",
		singular:     "event",
		kind:         "Event",
		short:        []string{"ev"},
		fields: []string{
			"metadata.name", "metadata.namespace", "type", "reason", "source", "reportingComponent",
			"involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
			"involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath",
		},
		shape: reflect.TypeFor[v1alpha1.Event](),
		list:  listEvents(eventItem),
		get:   getEvent(eventItem),
		track: trackEvents(eventItem),
		table: func(items []item, now time.Time) metav1.Table {
			return tableOfItems(items, table.EventColumns(), now)
		},
	}
}

// listEvents returns a function that lists the events as items.
func listEvents(show func(status.Event) item) func(*status.Store) ([]item, uint64) {
	return func(s *status.Store) ([]item, uint64) {
		all, version := s.Events()
		items := []item{}
		for _, e := range all {
			items = append(items, show(e))
		}
		return items, version
	}
}

// getEvent returns a function that returns one event as an item.
func getEvent(show func(status.Event) item) func(*status.Store, string, string) (item, bool) {
	return func(s *status.Store, namespace, name string) (item, bool) {
		all, _ := s.Events()
		for _, e := range all {
			if e.Key.Namespace == namespace && e.Name == name {
				return show(e), true
			}
		}
		return item{}, false
	}
}

func eventItem(se status.Event) item {
	e := kube.EventOf(se)
	set := fields.Set{
		"type":                      e.Type,
		"reason":                    e.Reason,
		"source":                    e.Source.Component,
		"reportingComponent":        e.ReportingController,
		"involvedObject.kind":       e.InvolvedObject.Kind,
		"involvedObject.namespace":  e.InvolvedObject.Namespace,
		"involvedObject.name":       e.InvolvedObject.Name,
		"involvedObject.uid":        string(e.InvolvedObject.UID),
		"involvedObject.apiVersion": e.InvolvedObject.APIVersion,
	}
	for k, v := range metadataOf(&e.ObjectMeta) {
		set[k] = v
	}
	return item{meta: &e.ObjectMeta, fields: set, object: &e}
}

// trackEvents returns a function that converts the changes of events to items. The
// items before and after a change are the same, because the fields by which events
// can be selected never change.
func trackEvents(show func(status.Event) item) func(*status.Store) tracker {
	return func(*status.Store) tracker {
		return func(c status.Change) (before, after *item) {
			if c.Event == nil {
				return nil, nil
			}
			i := show(*c.Event)
			switch c.Type {
			case status.Added:
				return nil, &i
			case status.Deleted:
				return &i, nil
			default:
				return &i, &i
			}
		}
	}
}
