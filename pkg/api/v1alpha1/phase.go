// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// The values of Status.Phase.
const (
	PhaseInvalid       = "Invalid"       // the manifest declares no usable object
	PhaseDeleting      = "Deleting"      // no longer declared by a manifest
	PhasePruneWithheld = "PruneWithheld" // no longer declared, deletion not approved yet
	PhaseSuspended     = "Suspended"     // observed, never changed
	PhaseStalled       = "Stalled"       // makes no progress until a user changes something
	PhaseCrashLooping  = "CrashLooping"  // fails again after each restart
	PhasePending       = "Pending"       // does not exist yet, or waits for a dependency
	PhaseStarting      = "Starting"      // runs, health not known yet
	PhaseRunning       = "Running"       // runs
	PhaseUnhealthy     = "Unhealthy"     // runs, and a health check or probe fails
	PhaseStopped       = "Stopped"       // stopped by a user
	PhasePaused        = "Paused"        // paused at the engine
	PhaseCompleted     = "Completed"     // exited successfully and needs no restart
	PhaseExited        = "Exited"        // exited and will be restarted
	PhasePresent       = "Present"       // the network, volume, config or secret exists
)
