// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Report is everything known of one resource at one moment.
type Report struct {
	Key spec.Key
	// Object is what is desired; zero for an object that is being removed and
	// for a manifest file that declares nothing usable.
	Object spec.Object
	// UID identifies the resource from when it is declared until it is gone.
	UID string
	// FirstSeen is when the controller first knew of it, or when the engine made
	// what the controller found there at its start.
	FirstSeen time.Time
	// Run is the run of the container that the status tells of, Earlier the one
	// before of the same container; zero when none is known.
	Run, Earlier Run
	Status       v1alpha1.Status
	// ResourceVersion is the store's version at which the report came to be;
	// the store sets it.
	ResourceVersion uint64
}

// EventType tells good news from bad.
type EventType string

// The event types, in Kubernetes' words.
const (
	Normal  EventType = "Normal"
	Warning EventType = "Warning"
)

// Event is something that happened to a resource.
type Event struct {
	Key     spec.Key
	Type    EventType
	Reason  string // CamelCase, such as "Started"
	Message string
	// First, Last and Count: an event that repeats is one event.
	First time.Time
	Last  time.Time
	Count int
	// ReconcileID is the pass in which it last happened, as in the log; empty when
	// it was none.
	ReconcileID string

	// Name is unique among events, ObjectUID is the UID of the resource at that
	// time, ResourceVersion the store's version of the event. The store sets
	// them; ObjectUID stays empty while the resource has no report.
	Name            string
	ObjectUID       string
	ResourceVersion uint64
}

// blockerOf returns the wire form of a plan's blocker.
func blockerOf(b plan.Blocker) v1alpha1.Blocker {
	return v1alpha1.Blocker{Kind: b.Key.Kind, Namespace: b.Key.Namespace, Name: b.Key.Name, Reason: b.Reason, Message: b.Message}
}
