// SPDX-License-Identifier: Apache-2.0

// Package plan makes the decisions of the controller. It must not have side
// effects: no clock, no I/O, no randomness, no logging. The controller, the
// simulation and the offline commands call it; they differ only in whether they
// carry out the actions.
//
// # Contract
//
// Decide gets a World and the key of one resource: a container, a network or a
// volume. The World holds everything that a decision may depend on: the desired
// objects, the observed engine objects, the history, the probe results and the
// time. Decide returns a Decision with
//   - Actions: changes to make at the engine now, in this order, up to the first
//     error. Each action is one engine call or a few that belong together.
//   - Blocked: the causes that prevent further actions. A Blocker names the
//     resource that is waited for, or the resource itself, with a reason and a
//     message. Blockers that set Stalls need a user.
//   - RequeueAfter: when to decide again although nothing has changed, for example
//     at the end of a backoff. Zero means that an event will cause the next
//     decision.
//
// An empty Decision means that the resource is as declared, or that nothing is to
// be done about it.
//
// Decide promises the following:
//   - It is pure. Equal worlds and keys give equal decisions, and no input is
//     changed. Time and history are part of the World.
//   - Its cost depends on the number of edges of the key and on the engine objects
//     of the key, and not on the size of the World.
//   - Its results are sorted: keys, blockers and everything that was a map.
//   - It is level-triggered. It compares the desired with the observed state and
//     does not depend on the event that caused the call. After a crash between two
//     actions, the next decision continues from the state that is observed then,
//     also without the history.
//   - It returns no action that the engine must refuse in the observed state. A
//     refusal means that the state has changed; the caller observes again and
//     calls Decide again.
//   - It never acts on objects that are not labeled as owned by this instance.
//   - Absence is a fact only if it was observed. No object is removed as orphaned
//     while the directory, or the file that declared it, cannot be read. Nothing is
//     created, removed or replaced because an object is missing from a list that
//     the engine failed to return.
//
// The caller carries out the actions, records each outcome with Record.After and
// the findings of the decision with Record.WithFindings, observes the resource
// again, and calls Decide again. Order between resources follows from blockers:
// there is no plan for several resources that a caller executes step by step.
// Compute decides for every key at once, to show or test the whole plan.
//
// From the same World, Conditions returns the conditions of a resource, PhaseOf
// its state in one word, and FindRootCause the first resource in a chain of
// blockers that has failed on its own.
//
// # Example
//
// A manifest declares the container "web" on the network "front", and neither
// exists. These decisions follow one another:
//
//	Container/default/web    pull nginx:1; waits: Network/default/front does not exist yet
//	Network/default/front    create front.default
//	Container/default/web    create web.default; start web.default
//	Container/default/web    (empty: it runs as declared)
//
// The container waits for the network. Its image is pulled meanwhile, because a
// pull needs no network. When the network exists, an event about it requeues its
// neighbors, see World.Neighbors. Now the container's image changes in the
// manifest:
//
//	Container/default/web    pull nginx:2; create web.default under a temporary name
//	Container/default/web    stop and rename the old container; rename and start the new one
//	Container/default/web    requeue after 1s: the new container has not proven itself
//	Container/default/web    remove the old container
//
// If the controller crashes between two of these actions, both containers are
// found by their labels, and the next decision completes the replacement or
// restores the old container.
//
// # Where to find a decision
//
// Each subject has a type. Its methods may only use the subjects above it:
//
//	World          facts without a decision: world.go, facts.go, probe.go, usage.go, unread.go
//	names          who gets an engine name: names.go
//	networks       networks, volumes and their users: network.go, binding.go
//	pruning        orphaned objects, the prune guard: prune.go, pruneguard.go
//	hostPorts      the choice of host ports: hostport.go
//	images         when an image is pulled: pull.go
//	incarnations   facts about one container: incarnations.go, held.go, share.go, config.go, drift.go
//	portConflicts  who gets a host port: portconflict.go
//	dependencies   the conditions for the start of a container: depend.go, initneed.go
//	steps          create, start, stop, remove: step.go
//	lifecycle      keep running, restart, hold: lifecycle.go, restart.go
//	replacement    one incarnation takes over from another: replace.go
//	correction     correction of drift: drift.go
//	initRun        runs of init containers: init.go
//	Decide         which subject decides: decide.go
//	view           conditions and phases: conditions.go, synced.go, ready.go, phase.go
//
// Failed actions are delayed by delayRetry (failure.go), restarts by Backoff
// (backoff.go), and keys that act without effect by Throttle (throttle.go).
package plan
