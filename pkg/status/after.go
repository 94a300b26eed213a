// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
)

// After returns the report as the successor of prev, the last one of the same
// key: it keeps the identity, the transition times of conditions whose status
// is the same, and the last end of a container, which the engine forgets when it
// is started again. A zero prev means that there is none.
func (r Report) After(prev Report) Report {
	r.UID = prev.UID
	if !prev.FirstSeen.IsZero() {
		r.FirstSeen = prev.FirstSeen
	}
	var built time.Time
	if len(r.Status.Conditions) > 0 {
		built = r.Status.Conditions[0].LastTransitionTime.Time
	}
	r.Status.Conditions = condition.Merge(prev.Status.Conditions, r.Status.Conditions, built)
	if r.Status.LastEnd == nil && r.Status.ContainerID != "" && r.Status.ContainerID == prev.Status.ContainerID {
		r.Status.LastEnd = prev.Status.LastEnd
	}
	r.Earlier = r.Run.previous(prev)
	return r
}
