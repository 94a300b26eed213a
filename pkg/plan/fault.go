// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Fault describes a resource that cannot be decided on: a manifest file that
// declares nothing usable, or a key whose pass panicked.
type Fault struct {
	Reason  condition.Reason
	Message string
	Phase   Phase
	// Rejected reports whether the manifest is invalid.
	Rejected bool
	// Source is the position in the manifest; empty when it is not known.
	Source string
}

// ManifestFault describes a manifest file by its problems, of which there is at
// least one.
func ManifestFault(problems []spec.Problem) Fault {
	var errs spec.Errors
	for _, p := range problems {
		errs = append(errs, p.Error)
	}
	return Fault{
		Reason:   condition.Reason(problems[0].Reason),
		Message:  errs.Error(),
		Phase:    PhaseInvalid,
		Rejected: true,
		Source:   problems[0].Error.Position.String(),
	}
}

// Conditions returns the conditions at now of a resource with the fault.
// previous are its conditions until now, and generation is the generation of its
// manifest.
func (f Fault) Conditions(previous []condition.Condition, generation int64, now time.Time) []condition.Condition {
	accepted := condition.Make(condition.Accepted, "True", condition.ReasonAccepted, "", generation)
	if old := condition.Find(previous, condition.Accepted); old != nil {
		accepted = *old
	}
	if f.Rejected {
		accepted = condition.Make(condition.Accepted, "False", f.Reason, f.Message, generation)
	}
	return condition.Merge(previous, []condition.Condition{
		accepted,
		condition.Make(condition.Ready, "False", f.Reason, f.Message, generation),
		condition.Make(condition.Stalled, "True", f.Reason, f.Message, generation),
	}, now)
}
