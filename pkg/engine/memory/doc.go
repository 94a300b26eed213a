// SPDX-License-Identifier: Apache-2.0

// Package memory is an engine.Engine that holds everything in memory: it runs
// nothing, pulls nothing, and comes out the same every time. Simulations and
// `run --engine memory` use it for want of a real engine, tests for its speed
// and for what they can do behind the controller's back. It behaves as a Docker
// engine does, which enginetest holds it to, and must know nothing of plans or
// owners.
//
// # Time
//
// Nothing happens by itself. Options.Clock tells the time at every call, and
// what has become due by then (a job that ends, a check that turns healthy) is
// made up for before the call is served, at the times it was due. NextChange
// tells when that will be, so that virtual time can jump. A Stop takes no time.
// Goroutines are the callers' own.
//
// # Images
//
// Publish puts an image into the registry, where Pull finds it; AddImage puts it
// straight into the local store; Options.AnyImage has the registry serve every
// valid reference. An ImageBehaviour says what a container of the image does; the
// zero one runs until it is stopped and then exits 0. Its Exec stands for the
// commands that are run in containers. Files that were delivered are kept for it
// to see. The engine's own restart policies are carried out.
//
// # Behind the controller's back
//
// Kill, OOMKill, MarkDead, Pause, Unpause, SetHealth, SetAnswers, Restart, Break,
// OccupyPort, ReleasePort and the methods that begin with User act as users and
// the world do: no labels are asked for, no faults strike, nothing is counted.
// They do nothing to what does not exist. Print has a container write a line,
// SetStats says what it uses.
//
// Answers says whether a container passes its probes; nothing is run for it.
//
// SetFail strikes calls with errors before or after their effect. Mutations and
// Calls tell what was asked of the Writer.
package memory
