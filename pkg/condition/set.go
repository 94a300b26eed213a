// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Make is a condition of that generation; its transition time is set by Merge.
func Make(t Type, status metav1.ConditionStatus, reason Reason, message string, generation int64) Condition {
	return Condition{
		Type:               string(t),
		Status:             status,
		Reason:             string(reason),
		Message:            message,
		ObservedGeneration: generation,
	}
}

// Bool is True or False.
func Bool(v bool) metav1.ConditionStatus {
	if v {
		return metav1.ConditionTrue
	}
	return metav1.ConditionFalse
}

// Merge is next with the transition times of previous where the status is the
// same, and now where it is not. Conditions that next lacks are dropped. now is
// cut to seconds, which is what the API shows.
func Merge(previous, next []Condition, now time.Time) []Condition {
	merged := make([]Condition, len(next))
	for i, c := range next {
		c.LastTransitionTime = metav1.NewTime(now.Truncate(time.Second))
		if old := Find(previous, Type(c.Type)); old != nil && old.Status == c.Status {
			c.LastTransitionTime = old.LastTransitionTime
		}
		merged[i] = c
	}
	return merged
}

// Find is the condition of a type, or nil.
func Find(conditions []Condition, t Type) *Condition {
	for i := range conditions {
		if conditions[i].Type == string(t) {
			return &conditions[i]
		}
	}
	return nil
}

// IsTrue reports that the condition of a type is there and true.
func IsTrue(conditions []Condition, t Type) bool {
	c := Find(conditions, t)
	return c != nil && c.Status == metav1.ConditionTrue
}
