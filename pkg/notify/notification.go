// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Notification is an event or a sample in the form in which it is delivered.
type Notification struct {
	// ID is the same for every attempt to deliver the notification.
	ID string `json:"id"`
	// Type is the topic; empty for events without one.
	Type      v1alpha1.Topic `json:"type"`
	Instance  string         `json:"instance"`
	Kind      spec.Kind      `json:"kind"`
	Namespace string         `json:"namespace"`
	Name      string         `json:"name"`
	// Severity is Normal or Warning.
	Severity    status.EventType `json:"severity"`
	Reason      string           `json:"reason"`
	Message     string           `json:"message"`
	Count       int              `json:"count"`
	First       time.Time        `json:"firstTimestamp"`
	Last        time.Time        `json:"lastTimestamp"`
	ReconcileID string           `json:"reconcileID,omitempty"`
	// Metrics is the sample of a notification of the topic metrics; nil otherwise.
	Metrics *v1alpha1.Metrics `json:"metrics,omitempty"`
}

// key returns the key of the object.
func (n Notification) key() spec.Key {
	return spec.Key{Kind: n.Kind, Namespace: n.Namespace, Name: n.Name}
}

// body returns the notification as JSON.
func (n Notification) body() []byte {
	out, _ := json.Marshal(n) // the type has no field whose encoding can fail
	return out
}

// fromEvent returns the notification of an event.
func fromEvent(instance string, e status.Event) Notification {
	return Notification{
		ID: fmt.Sprintf("%s/%s/%d", e.Key.Namespace, e.Name, e.Count), Type: v1alpha1.TopicOf(e.Reason), Instance: instance,
		Kind: e.Key.Kind, Namespace: e.Key.Namespace, Name: e.Key.Name,
		Severity: e.Type, Reason: e.Reason, Message: e.Message, Count: e.Count,
		First: e.First.UTC(), Last: e.Last.UTC(), ReconcileID: e.ReconcileID,
	}
}

// fromMetrics returns the notification of a sample.
func fromMetrics(instance string, k spec.Key, m v1alpha1.Metrics) Notification {
	return Notification{
		ID: fmt.Sprintf("%s/metrics/%d", k, m.SampledAt.UnixNano()), Type: v1alpha1.TopicMetrics, Instance: instance,
		Kind: k.Kind, Namespace: k.Namespace, Name: k.Name, Severity: status.Normal, Reason: "Metrics",
		Message: fmt.Sprintf("%.1f%% of a CPU, %d bytes of memory, %d processes", m.CPUPercent, m.MemoryUsedBytes, m.PIDs),
		Count:   1, First: m.SampledAt, Last: m.SampledAt, Metrics: &m,
	}
}
