// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"errors"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// History is the memory of the controller for each resource. It is lost with the
// process, which costs at most one attempt too many.
type History map[spec.Key]Record

// Record is the memory of one resource.
type Record struct {
	// Restarts counts the restarts since the controller started.
	Restarts int
	// Streak counts the restarts in a row that did not last.
	Streak int
	// Stopped reports that the last action was a stop, so that the end of the
	// container is no failure.
	Stopped bool
	// Hold keeps the container stopped, and Suspended makes the controller only
	// observe the resource. Both were asked for by a user, and the controller keeps
	// them over its own restarts where it can.
	Hold      Hold
	Suspended bool
	// ManifestSuspends reports that the last manifest suspended the resource. It
	// stays suspended without a manifest until a user resumes it.
	ManifestSuspends bool
	// Corrected identifies the drift that was corrected last. When the same drift
	// comes back, the engine reverts the correction, and it is left alone.
	Corrected string
	// Wanted is when a user last asked for a start. A container that started
	// earlier is started again; Again stops it first when it still runs.
	Wanted time.Time
	Again  bool
	// Rejected is the hash of the replacement that did not come up, and
	// RejectedFor is the reason.
	Rejected    spec.Hash
	RejectedFor string
	// Failure is the last failed action; nil when the last action succeeded.
	Failure *Failure
}

// Failure is a failed action.
type Failure struct {
	Verb    Verb
	Code    engine.Code
	Message string
	// Hash is the desired hash at the time. A terminal failure holds only for it.
	Hash spec.Hash
	At   time.Time
	// Attempts counts the failures in a row.
	Attempts int
	// Streak is the streak of a restart that failed. A container that is created in
	// its place continues it.
	Streak int
}

// After returns the record after an action was carried out at now with that
// outcome. hash is the desired hash; empty when no manifest declares the resource.
func (r Record) After(a Action, err error, hash spec.Hash, now time.Time) Record {
	if a.Corrected != "" { // whatever the outcome, the same correction is not tried twice
		r.Corrected = a.Corrected
	}
	if err != nil {
		return r.failed(a, err, hash, now)
	}
	if r.Failure != nil && (r.Failure.Verb == a.Verb || r.Failure.Hash != hash) {
		r.Failure = nil
	}
	if r.Rejected != hash { // the manifest changed: if it changes back, it is tried again
		r.Rejected, r.RejectedFor = "", ""
	}
	switch {
	case a.Verb == Pull && a.Reason == CauseImageCheck:
		r.Rejected, r.RejectedFor = "", "" // the image may be another one now
	case a.Verb == Start:
		if a.Streak > 0 && !r.Stopped { // the stop before it has counted the restart
			r.Restarts++
		}
		r.Streak, r.Stopped, r.Again = a.Streak, false, false
		if r.Hold.Hash != "" { // it held the run that ended then
			r.Hold = Hold{}
		}
	case a.Verb == Stop:
		r.Stopped = true
		if a.Streak > 0 { // a start follows, possibly after init containers
			r.Restarts++
			r.Streak = a.Streak
		}
	case a.Verb == Remove && a.Reason == CauseReplacementFailed:
		r.Rejected, r.RejectedFor = hash, a.Detail
	}
	return r
}

// failed returns the record after an action failed.
func (r Record) failed(a Action, err error, hash spec.Hash, now time.Time) Record {
	attempts := 1
	if r.Failure != nil && r.Failure.Verb == a.Verb && r.Failure.Hash == hash {
		attempts += r.Failure.Attempts
	}
	r.Failure = &Failure{
		Verb: a.Verb, Code: engine.CodeOf(err), Message: string(a.Verb) + ": " + innermost(err),
		Hash: hash, At: now, Attempts: attempts, Streak: a.Streak,
	}
	if a.Verb == Stop { // the container may have stopped nevertheless
		r.Stopped = true
	}
	return r
}

// innermost returns the engine's message without the operation and its IDs. They
// differ with every attempt, and the message describes all attempts.
func innermost(err error) string {
	if e, ok := errors.AsType[*engine.Error](err); ok && e.Err != nil {
		return e.Err.Error()
	}
	return err.Error()
}
