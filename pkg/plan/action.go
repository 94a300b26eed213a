// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Verb is the kind of an Action.
type Verb string

// The verbs. Each is one change to the engine.
const (
	// Pull pulls the image of Object.
	Pull Verb = "pull"
	// Create creates Object at the engine, under a temporary name when Temporary
	// is set.
	Create Verb = "create"
	// Start starts Target. A zero Target means the container with Object's engine
	// name, which an earlier Create of the same decision created.
	Start Verb = "start"
	// Stop stops Target within Grace.
	Stop Verb = "stop"
	// Rename changes the engine name of Target to Name.
	Rename Verb = "rename"
	// Connect connects Target to Attachment.
	Connect Verb = "connect"
	// Disconnect disconnects Target from Attachment.
	Disconnect Verb = "disconnect"
	// Update changes fields of Target in place, see Action.Update.
	Update Verb = "update"
	// Remove removes Target.
	Remove Verb = "remove"
)

// Action is one change to make at the engine.
type Action struct {
	Verb Verb
	// Key is the resource that the action is for.
	Key spec.Key
	// Object is the desired object; zero when no manifest declares the resource.
	Object spec.Object
	// Container, Network or Volume is the configuration that Create uses. The
	// actuator adds the labels, and the name when Temporary is set.
	Container *engine.ContainerConfig
	Network   *engine.NetworkConfig
	Volume    *engine.VolumeConfig
	// Target is the engine object to change; zero for Pull and Create.
	Target engine.ID
	// Name is the new engine name for Rename.
	Name string
	// Temporary makes Create use a temporary name, for a replacement.
	Temporary bool
	// Grace is the stop timeout for Stop.
	Grace time.Duration
	// Update lists the changes for Update.
	Update engine.Update
	// Files are copied into the container before Start starts it.
	Files []engine.File
	// Attachment is the network for Connect and Disconnect.
	Attachment engine.Attachment
	// Streak counts the restarts in a row that did not last, including the one
	// that this action is part of; zero when it is not a restart.
	Streak int
	// Corrected identifies the drift that this action corrects; empty when it
	// corrects none.
	Corrected string
	// Progress, when the executor sets it, receives the progress of a Pull.
	Progress func(engine.Progress)
	// Reason is why the action is done.
	Reason Cause
	// Detail explains Reason to a user; it may be empty.
	Detail string
}

// Cause is why an action is done, in one CamelCase word.
type Cause string

// The causes.
const (
	CauseImageCheck         Cause = "ImageCheck"         // the registry may have a newer image
	CauseMissing            Cause = "Missing"            // the object does not exist
	CauseCreated            Cause = "Created"            // the container was created and never started
	CauseExited             Cause = "Exited"             // the container ended and is restarted
	CauseSpecChanged        Cause = "SpecChanged"        // the manifest changed
	CauseSwap               Cause = "Swap"               // the replacement takes over
	CauseReplaced           Cause = "Replaced"           // the replacement has proven itself
	CauseReplacementFailed  Cause = "ReplacementFailed"  // the old incarnation is put back
	CauseStartFailed        Cause = "StartFailed"        // a failed start is not retried in place
	CauseLeftover           Cause = "Leftover"           // an interrupted replacement left it behind
	CauseBindingReplaced    Cause = "BindingReplaced"    // its network or volume is gone or is being replaced
	CauseNetworkLost        Cause = "NetworkLost"        // the container runs without its ports or networks
	CauseAttachment         Cause = "Attachment"         // its networks differ from the manifest
	CauseNotDesired         Cause = "NotDesired"         // no manifest declares it
	CauseDependencyGone     Cause = "DependencyGone"     // a dependency is being removed
	CauseRequested          Cause = "Requested"          // a user asked for it
	CauseUnhealthy          Cause = "Unhealthy"          // the container runs and is unhealthy
	CauseInterrupted        Cause = "Interrupted"        // the engine went away while it ran
	CauseDependencyReplaced Cause = "DependencyReplaced" // a dependency with restart: true was replaced
	CauseOwnerReplaced      Cause = "OwnerReplaced"      // the owner of a shared namespace was replaced or restarted
	CauseInitialize         Cause = "Initialize"         // the container of this init container is about to start
	CauseTimedOut           Cause = "TimedOut"           // the init container exceeded its timeout
	CauseDrifted            Cause = "Drifted"            // the live object differs from the manifest
	CauseDead               Cause = "Dead"               // the engine failed to remove it before
)

// condition returns the reason of the condition Reconciling while an action with
// the cause is under way. It is the same word, except for words that mean
// something else as the reason of another condition.
func (c Cause) condition() condition.Reason {
	switch c {
	case CauseExited:
		return condition.ReasonRestarting
	case CauseReplacementFailed:
		return condition.ReasonRollingBack
	}
	return condition.Reason(c)
}
