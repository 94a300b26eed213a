// SPDX-License-Identifier: Apache-2.0

package table

import (
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Events returns the table of events.
func Events(events []v1alpha1.Event, now time.Time) metav1.Table {
	return Of(EventColumns(), events, now)
}

// EventColumns returns the columns of events.
func EventColumns() []Column[v1alpha1.Event] {
	return []Column[v1alpha1.Event]{
		{Name: "Last Seen", Description: "Time since the last occurrence.", Cell: func(e v1alpha1.Event, now time.Time) any {
			return Age(e.LastTimestamp, now)
		}},
		{Name: "Type", Description: "Normal or Warning.", Cell: func(e v1alpha1.Event, _ time.Time) any { return e.Type }},
		{Name: "Reason", Description: "The reason in one word.", Cell: func(e v1alpha1.Event, _ time.Time) any { return e.Reason }},
		{Name: "Object", Description: "The object that the event concerns.", Cell: func(e v1alpha1.Event, _ time.Time) any {
			return strings.ToLower(e.InvolvedObject.Kind) + "/" + e.InvolvedObject.Name
		}},
		{Name: "First Seen", Wide: true, Description: "Time since the first occurrence.", Cell: func(e v1alpha1.Event, now time.Time) any {
			return Age(e.FirstTimestamp, now)
		}},
		{Name: "Count", Type: "integer", Wide: true, Description: "Number of occurrences.", Cell: func(e v1alpha1.Event, _ time.Time) any {
			return int64(e.Count)
		}},
		{Name: "Name", Wide: true, Description: "Name of the event.", Cell: func(e v1alpha1.Event, _ time.Time) any { return e.Name }},
		{Name: "Message", Description: "The message in one sentence.", Cell: func(e v1alpha1.Event, _ time.Time) any { return e.Message }},
	}
}
