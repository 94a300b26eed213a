// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Make returns a condition for that generation of the manifest. Merge sets its
// transition time.
func Make(t Type, status metav1.ConditionStatus, reason Reason, message string, generation int64) Condition {
	return Condition{
		Type:               string(t),
		Status:             status,
		Reason:             string(reason),
		Message:            message,
		ObservedGeneration: generation,
	}
}

// Bool returns the status True or False.
func Bool(v bool) metav1.ConditionStatus {
	if v {
		return metav1.ConditionTrue
	}
	return metav1.ConditionFalse
}

// Merge returns next with transition times: the time in previous where the status
// is unchanged, otherwise now, truncated to seconds as in the API. Conditions
// that are not in next are dropped.
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

// Find returns the condition of a type; nil if there is none.
func Find(conditions []Condition, t Type) *Condition {
	for i := range conditions {
		if conditions[i].Type == string(t) {
			return &conditions[i]
		}
	}
	return nil
}

// IsTrue reports whether there is a condition of a type and it is true.
func IsTrue(conditions []Condition, t Type) bool {
	c := Find(conditions, t)
	return c != nil && c.Status == metav1.ConditionTrue
}
