// SPDX-License-Identifier: Apache-2.0

package api

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// none stands in a cell that has nothing to say.
const none = "<none>"

// column is one column of a table of T.
type column[T any] struct {
	name string
	// kind is the OpenAPI type of the cells; empty means string.
	kind string
	// wide columns are shown on demand only.
	wide        bool
	description string
	cell        func(T, time.Time) any
}

// TableOf is objects of one kind as the table that people read; columns of
// priority 1 are for wide output. The rows carry no objects, and name no
// namespace: whoever prints several namespaces adds that column.
func TableOf(kind spec.Kind, objects []Object, now time.Time) metav1.Table {
	return tableOf(columnsOf(kind), objects, now)
}

// TableOfEvents is events as the table that people read.
func TableOfEvents(events []Event, now time.Time) metav1.Table {
	return tableOf(eventColumns(), events, now)
}

func tableOf[T any](columns []column[T], items []T, now time.Time) metav1.Table {
	table := metav1.Table{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "Table"},
		Rows:     []metav1.TableRow{},
	}
	for _, c := range columns {
		definition := metav1.TableColumnDefinition{Name: c.name, Type: "string", Description: c.description}
		if c.kind != "" {
			definition.Type = c.kind
		}
		if c.name == "Name" {
			definition.Format = "name"
		}
		if c.wide {
			definition.Priority = 1
		}
		table.ColumnDefinitions = append(table.ColumnDefinitions, definition)
	}
	for _, item := range items {
		row := metav1.TableRow{}
		for _, c := range columns {
			row.Cells = append(row.Cells, c.cell(item, now))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func columnsOf(kind spec.Kind) []column[Object] {
	columns := []column[Object]{
		{name: "Name", description: "Name of the resource.", cell: func(o Object, _ time.Time) any { return o.Name }},
		{name: "Ready", description: "The Ready condition.", cell: readyCell},
		{name: "Status", description: "The phase in one word.", cell: phaseCell},
	}
	age := column[Object]{name: "Age", description: "How long there has been one.", cell: objectAge}
	message := column[Object]{name: "Message", wide: true, description: "Why it is not ready.", cell: messageCell}
	switch kind {
	case spec.KindContainer:
		restarts := column[Object]{name: "Restarts", description: "Restarts, and how long ago the last was.", cell: restartsCell}
		columns = append(append(columns, restarts, age), containerColumns()...)
	case spec.KindManifest:
		message.wide = false
		columns = append(columns, age)
	default:
		columns = append(columns, age,
			column[Object]{name: "Driver", wide: true, description: "The engine's driver.", cell: driverCell},
			column[Object]{name: "Engine-Name", wide: true, description: "Name at the engine.", cell: engineNameCell})
	}
	return append(columns, message)
}

func containerColumns() []column[Object] {
	return []column[Object]{
		{name: "Image", wide: true, description: "The image desired.", cell: imageCell},
		{name: "Ports", wide: true, description: "The published ports.", cell: portsCell},
		{name: "Container-ID", wide: true, description: "ID at the engine, shortened.", cell: idCell},
	}
}

func readyCell(o Object, _ time.Time) any {
	if c := condition.Find(o.Status.Conditions, condition.Ready); c != nil {
		return string(c.Status)
	}
	return string(metav1.ConditionUnknown)
}

func phaseCell(o Object, _ time.Time) any { return orNone(o.Status.Phase) }

func objectAge(o Object, now time.Time) any { return age(o.CreationTimestamp, now) }

func restartsCell(o Object, now time.Time) any {
	if o.Status.Restarts == 0 || o.Status.StartedAt == nil {
		return strconv.Itoa(o.Status.Restarts)
	}
	return fmt.Sprintf("%d (%s ago)", o.Status.Restarts, age(metav1.NewTime(*o.Status.StartedAt), now))
}

func imageCell(o Object, _ time.Time) any {
	c, err := o.Container()
	if c == nil || err != nil {
		return orNone(o.Status.Image)
	}
	return orNone(c.Image)
}

func portsCell(o Object, _ time.Time) any { return orNone(strings.Join(o.Status.Endpoints, ",")) }

// idCell is the ID in the 12 characters that the engine's own client shows.
func idCell(o Object, _ time.Time) any {
	id := o.Status.ContainerID
	return orNone(id[:min(len(id), 12)])
}

func driverCell(o Object, _ time.Time) any {
	if n, err := o.Network(); n != nil && err == nil {
		return orNone(n.Driver)
	}
	if v, err := o.Volume(); v != nil && err == nil {
		return orNone(v.Driver)
	}
	return none
}

func engineNameCell(o Object, _ time.Time) any { return orNone(o.Status.EngineName) }

// messageCell is why the object is not ready; its root cause when it has one.
func messageCell(o Object, _ time.Time) any {
	ready := condition.Find(o.Status.Conditions, condition.Ready)
	switch {
	case ready == nil || ready.Status == metav1.ConditionTrue:
		return ""
	case o.Status.RootCause != nil && o.Status.RootCause.Object != o.Key().String():
		return ready.Message + "; root cause: " + o.Status.RootCause.Object + ": " + o.Status.RootCause.Message
	}
	return ready.Message
}

func eventColumns() []column[Event] {
	return []column[Event]{
		{name: "Last Seen", description: "When it last happened.", cell: func(e Event, now time.Time) any {
			return age(e.LastTimestamp, now)
		}},
		{name: "Type", description: "Normal or Warning.", cell: func(e Event, _ time.Time) any { return string(e.Type) }},
		{name: "Reason", description: "What happened, in one word.", cell: func(e Event, _ time.Time) any { return e.Reason }},
		{name: "Object", description: "What it happened to.", cell: func(e Event, _ time.Time) any {
			return strings.ToLower(e.InvolvedObject.Kind) + "/" + e.InvolvedObject.Name
		}},
		{name: "First Seen", wide: true, description: "When it first happened.", cell: func(e Event, now time.Time) any {
			return age(e.FirstTimestamp, now)
		}},
		{name: "Count", kind: "integer", wide: true, description: "How often it happened.", cell: func(e Event, _ time.Time) any {
			return int64(e.Count)
		}},
		{name: "Name", wide: true, description: "Name of the event.", cell: func(e Event, _ time.Time) any { return e.Name }},
		{name: "Message", description: "What happened.", cell: func(e Event, _ time.Time) any { return e.Message }},
	}
}

// age is the time since t in kubectl's words.
func age(t metav1.Time, now time.Time) string {
	if t.IsZero() {
		return "<unknown>"
	}
	return duration.HumanDuration(now.Sub(t.Time))
}

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}
