// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Verb is what an Action does.
type Verb string

// The verbs; each is one change to the engine.
const (
	// Pull fetches the image of Object.
	Pull Verb = "pull"
	// Create creates Object at the engine: under a temporary name when Temporary.
	Create Verb = "create"
	// Start starts Target; a zero Target means the container that has Object's
	// engine name, which a Create before it made.
	Start Verb = "start"
	// Stop stops Target within Grace.
	Stop Verb = "stop"
	// Rename gives Target the name Name.
	Rename Verb = "rename"
	// Connect joins Target to Attachment.
	Connect Verb = "connect"
	// Disconnect takes Target off Attachment.
	Disconnect Verb = "disconnect"
	// Update changes what the engine changes in place of Target: Update.
	Update Verb = "update"
	// Remove removes Target.
	Remove Verb = "remove"
)

// Action is one change to make at the engine.
type Action struct {
	Verb Verb
	// Key is the resource on whose behalf it is made.
	Key spec.Key
	// Object is what is desired; zero when the resource is being removed.
	Object spec.Object
	// Container, Network or Volume is what Create is to make; the actuator stamps the
	// labels, and the name of one that is Temporary.
	Container *engine.ContainerConfig
	Network   *engine.NetworkConfig
	Volume    *engine.VolumeConfig
	// Target is the engine object to change; zero for Pull and Create.
	Target engine.ID
	// Name is the new engine name of Rename.
	Name string
	// Temporary has Create use a temporary name: a replacement in waiting.
	Temporary bool
	// Grace is the stop timeout of Stop.
	Grace time.Duration
	// Update is what Update changes.
	Update engine.Update
	// Files are delivered into the container before Start starts it.
	Files []engine.File
	// Attachment is the network to join or to leave.
	Attachment engine.Attachment
	// Streak is, for a Start after an end, how many in a row did not last, this
	// one included.
	Streak int
	// Corrected is, for what takes a drift away, which one.
	Corrected string
	// Progress, when set by who carries it out, is told how far a Pull has come.
	Progress func(engine.Progress)
	// Reason says why, in one CamelCase word, such as "Missing" or "SpecChanged".
	Reason Cause
	// Detail is the longer story where there is one, for people.
	Detail string
}

// Cause is why an action is done.
type Cause string

// The causes.
const (
	CauseImageCheck         Cause = "ImageCheck"         // the registry may have a newer image
	CauseMissing            Cause = "Missing"            // it does not exist
	CauseCreated            Cause = "Created"            // it was created and never started
	CauseExited             Cause = "Exited"             // it ended and its policy restarts it
	CauseSpecChanged        Cause = "SpecChanged"        // the manifest changed
	CauseSwap               Cause = "Swap"               // the replacement takes its place
	CauseReplaced           Cause = "Replaced"           // the replacement has proven itself
	CauseReplacementFailed  Cause = "ReplacementFailed"  // the old one is put back
	CauseStartFailed        Cause = "StartFailed"        // a failed start is never retried in place
	CauseLeftover           Cause = "Leftover"           // an interrupted replacement left it
	CauseBindingReplaced    Cause = "BindingReplaced"    // it is bound to a network or volume that goes or went
	CauseNetworkLost        Cause = "NetworkLost"        // it runs without its ports or networks
	CauseAttachment         Cause = "Attachment"         // its networks differ from the manifest
	CauseNotDesired         Cause = "NotDesired"         // no manifest declares it
	CauseDependencyGone     Cause = "DependencyGone"     // what it needs is being removed
	CauseRequested          Cause = "Requested"          // a user asked for it
	CauseUnhealthy          Cause = "Unhealthy"          // it runs and is not well
	CauseInterrupted        Cause = "Interrupted"        // the engine went away while it ran
	CauseDependencyReplaced Cause = "DependencyReplaced" // restart: true, and what it depends on was replaced
	CauseOwnerReplaced      Cause = "OwnerReplaced"      // it shares a namespace of what was replaced or restarted
	CauseInitialize         Cause = "Initialize"         // its container is about to start
	CauseTimedOut           Cause = "TimedOut"           // it ran for longer than it may
	CauseDrifted            Cause = "Drifted"            // the live object does not match the manifest
	CauseDead               Cause = "Dead"               // the engine failed to remove it before
)

// Blocker is something that the resource waits for.
type Blocker struct {
	// Key is the resource waited for; may be the resource itself.
	Key spec.Key
	// Reason and Message say why it is in the way.
	Reason  condition.Reason
	Message string
	// Stalls reports that waiting will not help: a human must change something.
	Stalls bool
}

// Decision is what to do for one resource now.
type Decision struct {
	Key spec.Key
	// Actions are to be done in order, stopping at the first error.
	Actions []Action
	// Blocked is what stands in the way of more, sorted by key.
	Blocked []Blocker
	// RequeueAfter asks to be decided again then; zero asks for nothing: an
	// event will tell.
	RequeueAfter time.Duration
	// Hold is to be kept in the history: a user was seen to have stopped it.
	Hold Hold
	// Corrected says that the drift which was corrected last is gone: should it
	// come back, it is another one.
	Corrected bool
}

// Idle reports that nothing is to be done and nothing is waited for.
func (d Decision) Idle() bool { return len(d.Actions) == 0 && len(d.Blocked) == 0 }

// History is what the controller remembers of each resource. It is lost with
// the process, at no worse cost than one attempt too many.
type History map[spec.Key]Record

// Record is the memory of one resource.
type Record struct {
	// Restarts counts the starts after an end, since the controller started.
	Restarts int
	// Streak counts the restarts in a row that did not last.
	Streak int
	// Stopped says that the last thing done was to stop it: its end is no failure.
	Stopped bool
	// Hold keeps it stopped, and Suspended has it observed only: a user asked for
	// it. The controller keeps both over its own restarts where it can.
	Hold      Hold
	Suspended bool
	// Corrected tells which drift was corrected last: should the same come back,
	// the engine has its own way to say what is wanted.
	Corrected string
	// Wanted is when a user asked for a start: what started before is started
	// anew, and where Again is set one that runs is stopped first.
	Wanted time.Time
	Again  bool
	// Rejected is the hash of the replacement that did not come up, and
	// RejectedFor says what was wrong with it.
	Rejected    spec.Hash
	RejectedFor string
	// Failure is the last failed action; nil when the last one succeeded.
	Failure *Failure
}

// Failure is a failed action.
type Failure struct {
	Verb    Verb
	Code    engine.Code
	Message string
	// Hash is what was desired then: a terminal failure holds only for it.
	Hash spec.Hash
	At   time.Time
	// Attempts counts the failures in a row.
	Attempts int
	// Streak is that of a restart that failed: what is made in its place goes on
	// from there.
	Streak int
}
