// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import corev1 "k8s.io/api/core/v1"

// Event is an occurrence that concerns an object.
type Event = corev1.Event

// EventList is a list of events.
type EventList = corev1.EventList

// ObjectReference names the object that an event concerns.
type ObjectReference = corev1.ObjectReference

// The types of events.
const (
	EventNormal  = corev1.EventTypeNormal
	EventWarning = corev1.EventTypeWarning
)

// AnnotationReconcileID is the annotation of an event with the ID of the pass in
// which it last occurred; log lines carry the same ID as reconcileID.
const AnnotationReconcileID = "dev.reconciler/reconcile-id"

// Topic groups the reasons of events, for scripts.
type Topic string

// The topics. TopicMetrics is the topic of samples, which are not events.
const (
	TopicCreated   Topic = "created"
	TopicStarted   Topic = "started"
	TopicStopped   Topic = "stopped" // by a user or the controller, or exited successfully
	TopicFailed    Topic = "failed"
	TopicHealthy   Topic = "healthy"
	TopicUnhealthy Topic = "unhealthy"
	TopicMetrics   Topic = "metrics"
)

// Topics returns all topics.
func Topics() []Topic {
	return []Topic{TopicCreated, TopicStarted, TopicStopped, TopicFailed, TopicHealthy, TopicUnhealthy, TopicMetrics}
}

// TopicOf returns the topic of events with a reason; empty if it has none.
func TopicOf(reason string) Topic {
	switch reason {
	case "Created":
		return TopicCreated
	case "Started", "Restarted":
		return TopicStarted
	case "Stopped", "Completed":
		return TopicStopped
	case "Exited", "Failed", "Stalled", "RolledBack", "ManifestInvalid", "PolicyDenied":
		return TopicFailed
	case "Healthy":
		return TopicHealthy
	case "Unhealthy":
		return TopicUnhealthy
	}
	return ""
}
