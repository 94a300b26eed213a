// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
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

// event is a status.Event without its key and time.
type event struct {
	kind    status.EventType
	reason  string
	message string
}

// record adds an event of a key to the store.
func (c *Controller) record(k spec.Key, e event) {
	now := c.cfg.Now()
	var id string
	c.locked(func() { id = c.running[k] })
	c.cfg.Store.Record(status.Event{
		Key: k, Type: e.kind, Reason: e.reason, Message: e.message,
		First: now, Last: now, Count: 1, ReconcileID: id,
	})
}

// recordAction adds an event of an action and its outcome.
func (c *Controller) recordAction(a plan.Action, err error) {
	if err != nil {
		c.record(a.Key, event{status.Warning, eventFailed, err.Error() + " (" + string(a.Reason) + ")"})
		return
	}
	kind := status.Normal
	if a.Reason == plan.CauseReplacementFailed {
		kind = status.Warning
	}
	c.record(a.Key, event{kind, eventOf(a), a.String()})
}

// restarts are the causes of starts that follow an end.
var restarts = []plan.Cause{plan.CauseExited, plan.CauseUnhealthy, plan.CauseInterrupted, plan.CauseRequested, plan.CauseDependencyReplaced}

// eventOf returns the reason of the event of an action.
func eventOf(a plan.Action) string {
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

// transitions returns the events between two reports of a key, in the order of its
// life. Without a previous report it returns only events of the manifest and of the
// condition Stalled.
func transitions(prev, next status.Report) []event {
	var out []event
	was := func(t condition.Type) *condition.Condition { return condition.Find(prev.Status.Conditions, t) }
	is := func(t condition.Type) *condition.Condition { return condition.Find(next.Status.Conditions, t) }
	add := func(kind status.EventType, reason, message string) {
		out = append(out, event{kind, reason, message})
	}
	known := len(prev.Status.Conditions) > 0
	byUser := condition.IsTrue(next.Status.Conditions, condition.Stalled) && is(condition.Stalled).Reason == string(condition.ReasonStoppedByUser)
	out = append(out, manifestTransition(prev, next)...)
	if known && !byUser && condition.IsTrue(prev.Status.Conditions, condition.Running) {
		out = append(out, endTransition(was(condition.Running), is(condition.Running), next.Status.ExitCode != nil)...)
	}
	if before, after := was(condition.Healthy), is(condition.Healthy); changed(before, after) && known {
		switch {
		case after.Reason == string(condition.ReasonHealthCheckFailed):
			add(status.Warning, eventUnhealthy, after.Message)
		case after.Reason == string(condition.ReasonHealthy):
			add(status.Normal, eventHealthy, "the health check passes")
		}
	}
	if next.Status.NextRestartAt != nil && prev.Status.NextRestartAt == nil && known {
		if c := is(condition.Ready); c.Reason == string(condition.ReasonBackOff) {
			// The message lacks the number and the time of the restart, so that events
			// repeat.
			add(status.Warning, eventBackOff, "restarted after a delay: "+is(condition.Running).Message)
		}
	}
	if after := is(condition.Stalled); changed(was(condition.Stalled), after) && condition.IsTrue(next.Status.Conditions, condition.Accepted) {
		out = append(out, stallTransition(after, byUser))
	}
	for _, t := range []condition.Type{condition.MemoryPressure, condition.CPUThrottled} {
		if after := is(t); changed(was(t), after) {
			add(status.Warning, string(t), after.Message)
		}
	}
	if known && condition.IsTrue(next.Status.Conditions, condition.Ready) && !condition.IsTrue(prev.Status.Conditions, condition.Ready) {
		add(status.Normal, eventReady, is(condition.Ready).Reason)
	}
	return out
}

// stallTransition returns the event of an object that became Stalled. A stop that a
// user requested is not a failure.
func stallTransition(after *condition.Condition, byUser bool) event {
	if byUser {
		return event{status.Normal, eventStopped, after.Message}
	}
	return event{status.Warning, eventStalled, after.Reason + ": " + after.Message}
}

// endTransition returns the event of a container that ended, if any.
func endTransition(before, after *condition.Condition, ended bool) []event {
	switch {
	case !changed(before, after) || !ended:
		return nil
	case after.Status == "True" && after.Reason == string(condition.ReasonCompleted):
		return []event{{status.Normal, eventCompleted, "it ended with exit code 0"}}
	case after.Status == "False":
		return []event{{status.Warning, eventExited, after.Message}}
	}
	return nil
}

// changed reports whether a condition exists and has another status or reason than
// before.
func changed(before, after *condition.Condition) bool {
	return after != nil && (before == nil || before.Status != after.Status || before.Reason != after.Reason)
}

// manifestTransition returns the event of a manifest that was accepted or rejected,
// if any.
func manifestTransition(prev, next status.Report) []event {
	before := condition.Find(prev.Status.Conditions, condition.Accepted)
	after := condition.Find(next.Status.Conditions, condition.Accepted)
	switch {
	case after == nil:
		return nil
	case after.Status == "False" && (changed(before, after) || before.Message != after.Message):
		reason := eventManifestInvalid
		if after.Reason == string(condition.ReasonPolicyDenied) {
			reason = eventPolicyDenied
		}
		return []event{{status.Warning, reason, after.Message}}
	case after.Status == "True" && next.Status.Source != "" &&
		(changed(before, after) || prev.Status.ObservedGeneration != next.Status.ObservedGeneration):
		return []event{{status.Normal, eventManifestAccepted, next.Status.Source}}
	}
	return nil
}
