// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
)

const (
	// firstQuarantine and maxQuarantine bound the duration of a quarantine.
	firstQuarantine = 5 * time.Minute
	maxQuarantine   = time.Hour
)

// Quarantine is the memory of panics in the passes of one key. A quarantined key
// is not reconciled. The zero value means that there was no panic.
type Quarantine struct {
	// Panics counts the panics in a row.
	Panics int
	// Until is when the key may be reconciled again.
	Until time.Time
}

// After returns the quarantine after another panic at now.
func (q Quarantine) After(now time.Time) Quarantine {
	return Quarantine{Panics: q.Panics + 1, Until: now.Add(doubling(firstQuarantine, maxQuarantine, q.Panics))}
}

// Wait returns how long the key is still quarantined; zero when it is not.
func (q Quarantine) Wait(now time.Time) time.Duration {
	if q.Panics == 0 {
		return 0
	}
	return max(q.Until.Sub(now), 0)
}

// Fault describes a key that was quarantined at now because of a panic with
// that cause.
func (q Quarantine) Fault(cause any, now time.Time) Fault {
	return Fault{
		Reason:  condition.ReasonInternalError,
		Message: condition.Panicked(cause, q.Wait(now)),
		Phase:   PhaseStalled,
	}
}
