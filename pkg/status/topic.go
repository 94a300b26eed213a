// SPDX-License-Identifier: Apache-2.0

package status

// Topic is what an event is about, in one word for scripts: its reason says it
// more closely.
type Topic string

// The topics. TopicMetrics is that of samples, which are no events.
const (
	TopicCreated   Topic = "created"
	TopicStarted   Topic = "started"
	TopicStopped   Topic = "stopped" // as wanted, or having done its job
	TopicFailed    Topic = "failed"
	TopicHealthy   Topic = "healthy"
	TopicUnhealthy Topic = "unhealthy"
	TopicMetrics   Topic = "metrics"
)

// Topics are all topics.
var Topics = []Topic{TopicCreated, TopicStarted, TopicStopped, TopicFailed, TopicHealthy, TopicUnhealthy, TopicMetrics}

// topics are those of reasons.
var topics = map[string]Topic{
	"Created":         TopicCreated,
	"Started":         TopicStarted,
	"Restarted":       TopicStarted,
	"Stopped":         TopicStopped,
	"Completed":       TopicStopped,
	"Exited":          TopicFailed,
	"Failed":          TopicFailed,
	"Stalled":         TopicFailed,
	"RolledBack":      TopicFailed,
	"ManifestInvalid": TopicFailed,
	"PolicyDenied":    TopicFailed,
	"Healthy":         TopicHealthy,
	"Unhealthy":       TopicUnhealthy,
}

// TopicOf is the topic of an event of that reason; empty when it has none.
func TopicOf(reason string) Topic { return topics[reason] }
