// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import "github.com/pact-toolbox/reconciler/pkg/condition"

// Condition is one observation of an object's state.
type Condition = condition.Condition

// ConditionType is the type of a condition.
type ConditionType = condition.Type

// Reason is a stable CamelCase word for the cause of a condition.
type Reason = condition.Reason

// The condition types that clients branch on. docs/conditions.md lists all types.
const (
	ConditionAccepted = condition.Accepted
	ConditionRunning  = condition.Running
	ConditionReady    = condition.Ready
	ConditionStalled  = condition.Stalled
)

// The reasons that clients branch on.
const (
	ReasonBackOff   = condition.ReasonBackOff
	ReasonCompleted = condition.ReasonCompleted
)

// ConditionTypes returns all condition types.
func ConditionTypes() []ConditionType { return condition.Types() }

// FindCondition returns the condition of a type, or nil if there is none.
func FindCondition(conditions []Condition, t ConditionType) *Condition {
	return condition.Find(conditions, t)
}

// IsConditionTrue returns whether the condition of a type exists and is true.
func IsConditionTrue(conditions []Condition, t ConditionType) bool {
	return condition.IsTrue(conditions, t)
}
