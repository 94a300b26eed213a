// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Command is a request of a user for one resource, in addition to its manifest.
type Command string

// The commands.
const (
	CommandStop    Command = "stop"    // stop the container and keep it stopped until CommandStart
	CommandStart   Command = "start"   // end the hold and any backoff, and start the container
	CommandRestart Command = "restart" // stop the container and start it again, once
	CommandSuspend Command = "suspend" // only observe the resource until CommandResume
	CommandResume  Command = "resume"  // reconcile the resource again
)

// Commands lists all commands.
var Commands = []Command{CommandStop, CommandStart, CommandRestart, CommandSuspend, CommandResume}

// Hold keeps a container stopped. The zero value holds nothing.
type Hold struct {
	// Since is when the hold began.
	Since time.Time `json:"since,omitzero"`
	// Hash is the desired hash when a user stopped the container at the engine. The
	// hold ends when the manifest changes. It is empty when a user asked the
	// controller for the stop; that hold ends with CommandStart.
	Hash spec.Hash `json:"hash,omitempty"`
}

// Submit returns the record after a command of a user at now.
func (r Record) Submit(cmd Command, now time.Time) Record {
	switch cmd {
	case CommandStop:
		r.Hold = Hold{Since: now}
	case CommandStart, CommandRestart:
		r.Hold, r.Wanted = Hold{}, now
		r.Streak, r.Failure = 0, nil
		r.Rejected, r.RejectedFor, r.Corrected = "", "", ""
		r.Again = cmd == CommandRestart
	case CommandSuspend:
		r.Suspended = true
	case CommandResume:
		r.Suspended, r.ManifestSuspends = false, false
	}
	return r
}

// WithFindings returns the record with the findings of a decision.
func (r Record) WithFindings(d Decision) Record {
	if d.Hold != (Hold{}) {
		r.Hold = d.Hold
	}
	if d.Corrected {
		r.Corrected = ""
	}
	if d.Suspension != "" {
		r.ManifestSuspends = d.Suspension == SuspendedByManifest
	}
	return r
}

// IsSuspended reports whether a resource without a manifest is suspended.
func (r Record) IsSuspended() bool { return r.Suspended || r.ManifestSuspends }

// Suspended returns the keys that are suspended without a manifest, for
// Prune.Suspended.
func (h History) Suspended() map[spec.Key]bool {
	keys := map[spec.Key]bool{}
	for k, rec := range h {
		if rec.IsSuspended() {
			keys[k] = true
		}
	}
	return keys
}

// Persistent returns the part of a record that a controller keeps over its own
// restarts.
func (r Record) Persistent() Record {
	return Record{Hold: r.Hold, Suspended: r.Suspended, ManifestSuspends: r.ManifestSuspends}
}
