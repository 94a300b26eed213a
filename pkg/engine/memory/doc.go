// SPDX-License-Identifier: Apache-2.0

// Package memory is an in-memory engine.Engine for simulations, for
// `run --engine memory` and for tests. It runs no processes and pulls no images,
// and equal calls lead to equal results. It behaves as a Docker engine does, which
// the suite in enginetest verifies, and it must not depend on plans or owners.
//
// # Time
//
// Nothing happens on its own. Options.Clock returns the time of each call.
// Changes that became due by then (a job that exits, a check that turns healthy)
// are applied first, each at the time at which it was due. NextChange returns
// the time of the next such change, so that virtual time can jump to it. Stop
// returns at once. The engine starts no goroutines.
//
// # Images
//
// Publish adds an image to the registry, from which Pull fetches it; AddImage
// adds it to the local store; with Options.AnyImage the registry serves every
// valid reference. An ImageBehaviour defines what the containers of an image do:
// with the zero value they run until they are stopped, and then exit with 0. Its
// Exec function stands for the commands that are run in a container and receives
// the files that were delivered. Restart policies of the engine are in effect.
//
// # Controls
//
// The methods of Controls, which Engine embeds, act on the engine as users,
// processes and the host do: for example Kill, OccupyPort, UserRemove or Restart.
// They check no labels, are exempt from faults and from the call counters, and
// ignore objects that do not exist.
//
// # Faults
//
// SetFail makes calls fail before or after their effect. Mutations and Calls
// return the calls of engine.Writer so far.
package memory
