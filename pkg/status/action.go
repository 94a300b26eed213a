// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// The reasons of events.
const (
	eventPulling          = "Pulling"
	eventPulled           = "Pulled"
	eventCreated          = "Created"
	eventStarted          = "Started"
	eventRestarted        = "Restarted"
	eventStopped          = "Stopped"
	eventRenamed          = "Renamed"
	eventConnected        = "Connected"
	eventDisconnected     = "Disconnected"
	eventRemoved          = "Removed"
	eventReplaced         = "Replaced"
	eventRolledBack       = "RolledBack"
	eventFailed           = "Failed"
	eventManifestInvalid  = "ManifestInvalid"
	eventPolicyDenied     = "PolicyDenied"
	eventManifestAccepted = "ManifestAccepted"
	eventHealthy          = "Healthy"
	eventUnhealthy        = "Unhealthy"
	eventCompleted        = "Completed"
	eventExited           = "Exited"
	eventBackOff          = "BackOff"
	eventStalled          = "Stalled"
	eventReady            = "Ready"
)

// ActionEvent returns the event of an action that was carried out; err is its error,
// nil when it succeeded. Its times are zero.
func ActionEvent(a plan.Action, err error) Event {
	if err != nil {
		return Event{Key: a.Key, Type: Warning, Reason: eventFailed, Message: err.Error() + " (" + string(a.Reason) + ")"}
	}
	kind := Normal
	if a.Reason == plan.CauseReplacementFailed {
		kind = Warning
	}
	return Event{Key: a.Key, Type: kind, Reason: reasonOf(a), Message: a.String()}
}

// WarningEvent returns the event of a warning about a manifest. Its times are zero.
func WarningEvent(w spec.Problem) Event {
	message := w.Error.Path + ": " + w.Error.Message
	if w.Error.Hint != "" {
		message += ": " + w.Error.Hint
	}
	return Event{Key: w.Key, Type: Warning, Reason: w.Reason, Message: message}
}

// PullEvent returns the event of the begin of a pull. Its times are zero.
func PullEvent(a plan.Action) Event {
	return Event{Key: a.Key, Type: Normal, Reason: eventPulling, Message: "pull " + a.Object.Container.ImageReference()}
}

// restarts are the causes of starts that follow an end.
var restarts = []plan.Cause{plan.CauseExited, plan.CauseUnhealthy, plan.CauseInterrupted, plan.CauseRequested, plan.CauseDependencyReplaced}

// reasonOf returns the reason of the event of an action that succeeded.
func reasonOf(a plan.Action) string {
	switch {
	case a.Verb == plan.Start && slices.Contains(restarts, a.Reason):
		return eventRestarted
	case a.Verb == plan.Remove && a.Reason == plan.CauseReplaced:
		return eventReplaced
	case a.Verb == plan.Remove && a.Reason == plan.CauseReplacementFailed:
		return eventRolledBack
	}
	return map[plan.Verb]string{
		plan.Pull:       eventPulled,
		plan.Create:     eventCreated,
		plan.Start:      eventStarted,
		plan.Stop:       eventStopped,
		plan.Rename:     eventRenamed,
		plan.Connect:    eventConnected,
		plan.Disconnect: eventDisconnected,
		plan.Remove:     eventRemoved,
	}[a.Verb]
}
