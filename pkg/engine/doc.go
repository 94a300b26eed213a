// SPDX-License-Identifier: Apache-2.0

// Package engine is the contract between the controller and a container engine:
// the objects that an engine holds, the calls that it accepts, the events that it
// reports and the errors that it returns. It contains no particular engine. The
// packages below it (docker, memory) implement Engine, and the suite in
// enginetest verifies that they behave alike. Package plan decides on its values;
// the actuator and the observer make its calls. It performs no I/O.
//
// The following sections specify what an implementation must provide.
//
// # Calls
//
// All methods are safe for concurrent use. A call returns soon after its context
// has ended. A call whose context has no deadline gets one from the
// implementation, except for Pull, Exec, StreamLogs and Watch, whose duration only
// their callers know. If a context has ended before the call, the call has no
// effect.
//
// Objects are identified by ID, which stands for one incarnation: an object that
// was removed and created again has another ID, except for volumes, whose ID is
// their name. Neither side changes a value after it was returned, because other
// callers may share it. An implementation keeps no references to arguments.
//
// # Reading
//
// List returns a Snapshot of all objects. The objects may have been read at
// different times, and an object that vanished while List ran is left out. List
// returns an error only if the containers could not be read or its context was
// cancelled. If another kind could not be read, the snapshot lacks that kind and
// Snapshot.Unread holds the error.
//
// Get and Find return the same value for an object as List does, except that List
// may hold a summary of a container that the controller did not create:
// Container.Config is nil then. Find compares the whole name, and never accepts an
// ID or a part of a name.
//
// # Watching
//
// Watch calls ready when the subscription is in effect, and reports the changes
// from then on. A caller that subscribes, waits for ready and then lists therefore
// misses nothing. An event means that an object may have changed; the caller reads
// the object to learn how. Events may be repeated, late or out of order, and the
// caller must tolerate a lost one by listing again from time to time. The one
// event with a meaning of its own is Event.Stops, because no object records a
// request to end it. Watch always returns an error: the error of its context, or
// Unreachable if the stream broke.
//
// # Writing
//
// Each method of Writer makes one change to one object and returns when the change
// is complete. A change that is in effect already succeeds: starting a running
// container, stopping a stopped one, removing an object that is gone, connecting a
// connected network, renaming to the current name. The exceptions are the Create
// methods, which return NameInUse for an existing name even if the existing object
// equals the requested one. No method removes or replaces an object to make room
// for another.
//
// CreateContainer undoes a creation that it cannot complete. No other method has
// to undo anything: a start that failed may leave a container that lacks its
// network or ports, and the controller does not start it again but creates a new
// one.
//
// # Errors
//
// Every error holds an Error with a Code, from which the caller decides what to do
// next. The codes, by what the caller may conclude:
//
// The change was not made, and the object is as before:
//
//   - NotFound: the object that the call is about does not exist. It is never
//     returned for another object that the call needs, such as a network.
//   - Ambiguous: several objects have the name; only their IDs are usable.
//   - NameInUse, PortInUse, AddressInUse, SubnetOverlap, InUse: another object
//     holds what the call needs. It succeeds once that object is gone.
//   - NetworkNotFound, MountSourceMissing, PeerUnavailable, NotRunning, Paused:
//     something that the call needs is missing or in the wrong state.
//   - MountDenied, ReadOnly, DiskFull: the host does not permit it or has no room.
//   - ImageNotFound: the image is not in the local store or, after Pull, not in the
//     registry. ImageUnauthorized and ImageUnavailable: the registry requires other
//     credentials or does not serve the image at present. PlatformMismatch: the
//     image exists for other platforms only.
//   - CommandNotFound, CommandNotExecutable: the command in the container cannot be
//     run. A container that failed to start for this reason has exit code 127 or
//     126.
//   - Invalid: the engine refuses the request. Another attempt with the same
//     request fails in the same way.
//   - Unsupported: this version of the engine lacks the feature.
//   - Conflict: another change of the object is in progress. A later attempt may
//     succeed.
//
// The outcome is unknown, and the caller has to read the object before it decides:
//
//   - Timeout: the deadline passed before the engine responded.
//   - Canceled: the caller cancelled the context.
//   - Unreachable: there is no connection to the engine, or it broke during the
//     call.
//
// Unknown stands for every other error that the engine returned. The caller reads
// the object and may try again.
//
// A wrong code is worse than Unknown: NotFound makes the controller create the
// object, and Invalid makes it wait for another manifest.
//
// # Capabilities
//
// There is no list of capabilities. An implementation returns Unsupported for a
// field or call that its engine would refuse or, worse, ignore; the controller
// reports that on the object concerned. A field whose absence does no harm may be
// ignored if its documentation permits it, for example Attachment.Priority. Fields
// that an engine does not report are left zero, and Differences does not compare
// them.
package engine
