// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"reflect"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// ours and core are the two groups that are served.
var (
	ours = schema.GroupVersion{Group: v1alpha1.Group, Version: v1alpha1.Version}
	core = schema.GroupVersion{Version: "v1"}
)

// objects is the collection of the reports of a kind.
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
		shape:        shapeOf(kind),
		list:         listReports(kind, objectItem),
		track:        trackReports(kind, objectItem),
		table: func(items []item, now time.Time) metav1.Table {
			return tableOfItems(items, table.ObjectColumns(kind), now)
		},
	}
}

func objectItem(r status.Report) item {
	o := ObjectOf(r)
	fields := metadataOf(&o.ObjectMeta)
	fields["status.phase"] = o.Status.Phase
	return item{meta: &o.ObjectMeta, fields: fields, object: &o}
}

// listReports lists the reports of a kind as items.
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

// trackReports turns the changes of a kind's reports into items.
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

// events is the collection of events.
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
		track: trackEvents(eventItem),
		table: func(items []item, now time.Time) metav1.Table {
			return tableOfItems(items, table.EventColumns(), now)
		},
	}
}

// listEvents lists the events as items.
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

func eventItem(se status.Event) item {
	e := EventOf(se)
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

// trackEvents gives the same event as before and after: what events are selected
// by never changes.
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
