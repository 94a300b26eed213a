// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// BuildUnavailable returns the report of a resource whose state cannot be
// observed: its last observed state, with conditions that are unknown.
func BuildUnavailable(w plan.World, k spec.Key, u plan.Unavailable) Report {
	r := Build(w, plan.Decision{Key: k})
	r.Status.Conditions = u.Conditions(w, k)
	r.Status.Phase = string(plan.PhaseUnknown)
	r.Status.RootCause = &v1alpha1.RootCause{Object: "engine", Reason: u.Reason, Message: u.Message, Hint: u.Reason.Hint()}
	return r
}

// WithFault returns the report of a resource with a fault at now, as the
// successor of r; obj is the desired object, zero when there is none.
func (r Report) WithFault(k spec.Key, obj spec.Object, f plan.Fault, now time.Time) Report {
	r.Key, r.Object = k, obj
	r.Status.ObservedGeneration = obj.Generation
	r.Status.Conditions = f.Conditions(r.Status.Conditions, obj.Generation, now)
	r.Status.Phase = string(f.Phase)
	r.Status.Source = cmp.Or(f.Source, r.Status.Source)
	r.Status.Metrics = nil
	return r
}
