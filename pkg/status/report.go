// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Report is the published state of one resource at one moment.
type Report struct {
	Key spec.Key
	// Object is the desired object; zero for an object that is being removed and
	// for a manifest file without a valid document.
	Object spec.Object
	// UID identifies the resource from when it is declared until it is gone.
	UID string
	// FirstSeen is the creation time of the container if there is one when the
	// resource is first reported, otherwise the time of the first report.
	FirstSeen time.Time
	// Run is the run of the container that the status describes, and Earlier the
	// previous run of the same container; zero when it is not known.
	Run, Earlier Run
	Status       v1alpha1.Status
	// ResourceVersion is the version of the store in which the report was
	// published. The store sets it.
	ResourceVersion uint64
}

// EventType classifies an event, as in Kubernetes.
type EventType string

// The event types.
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
	// First and Last are when the event first and last occurred, and Count is how
	// often: an event that repeats is kept once.
	First time.Time
	Last  time.Time
	Count int
	// ReconcileID identifies the reconciliation in which it last occurred, as in
	// the log; empty when there is none.
	ReconcileID string

	// Name is unique among events, ObjectUID is the UID of the resource at that
	// time, and ResourceVersion is the store's version of the event. The store sets
	// them. ObjectUID is empty while the resource has no report.
	Name            string
	ObjectUID       string
	ResourceVersion uint64
}

// blockerOf returns the wire form of a plan's blocker.
func blockerOf(b plan.Blocker) v1alpha1.Blocker {
	return v1alpha1.Blocker{Kind: b.Key.Kind, Namespace: b.Key.Namespace, Name: b.Key.Name, Reason: b.Reason, Message: b.Message}
}
