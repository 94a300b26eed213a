// SPDX-License-Identifier: Apache-2.0

package status

import "github.com/pact-toolbox/reconciler/pkg/condition"

// Transitions returns the events between two reports of a key, in the order of its
// life. Without a previous report it returns only events of the manifest and of the
// condition Stalled. The times of the events are zero.
func Transitions(prev, next Report) []Event {
	var out []Event
	was := func(t condition.Type) *condition.Condition { return condition.Find(prev.Status.Conditions, t) }
	is := func(t condition.Type) *condition.Condition { return condition.Find(next.Status.Conditions, t) }
	add := func(kind EventType, reason, message string) {
		out = append(out, Event{Type: kind, Reason: reason, Message: message})
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
			add(Warning, eventUnhealthy, after.Message)
		case after.Reason == string(condition.ReasonHealthy):
			add(Normal, eventHealthy, "the health check passes")
		}
	}
	if next.Status.NextRestartAt != nil && prev.Status.NextRestartAt == nil && known {
		if c := is(condition.Ready); c.Reason == string(condition.ReasonBackOff) {
			// The message lacks the number and the time of the restart, so that events
			// repeat.
			add(Warning, eventBackOff, "restarted after a delay: "+is(condition.Running).Message)
		}
	}
	if after := is(condition.Stalled); changed(was(condition.Stalled), after) && condition.IsTrue(next.Status.Conditions, condition.Accepted) {
		out = append(out, stallTransition(after, byUser))
	}
	for _, t := range []condition.Type{condition.LabelsCopied, condition.MemoryPressure, condition.CPUThrottled} {
		if after := is(t); changed(was(t), after) {
			add(Warning, string(t), after.Message)
		}
	}
	if known && condition.IsTrue(next.Status.Conditions, condition.Ready) && !condition.IsTrue(prev.Status.Conditions, condition.Ready) {
		add(Normal, eventReady, is(condition.Ready).Reason)
	}
	for i := range out {
		out[i].Key = next.Key
	}
	return out
}

// stallTransition returns the event of an object that became Stalled. A stop that a
// user requested is not a failure.
func stallTransition(after *condition.Condition, byUser bool) Event {
	if byUser {
		return Event{Type: Normal, Reason: eventStopped, Message: after.Message}
	}
	return Event{Type: Warning, Reason: eventStalled, Message: after.Reason + ": " + after.Message}
}

// endTransition returns the event of a container that ended, if any.
func endTransition(before, after *condition.Condition, ended bool) []Event {
	switch {
	case !changed(before, after) || !ended:
		return nil
	case after.Status == "True" && after.Reason == string(condition.ReasonCompleted):
		return []Event{{Type: Normal, Reason: eventCompleted, Message: "it ended with exit code 0"}}
	case after.Status == "False":
		return []Event{{Type: Warning, Reason: eventExited, Message: after.Message}}
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
func manifestTransition(prev, next Report) []Event {
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
		return []Event{{Type: Warning, Reason: reason, Message: after.Message}}
	case after.Status == "True" && next.Status.Source != "" &&
		(changed(before, after) || prev.Status.ObservedGeneration != next.Status.ObservedGeneration):
		return []Event{{Type: Normal, Reason: eventManifestAccepted, Message: next.Status.Source}}
	}
	return nil
}
