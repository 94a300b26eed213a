// SPDX-License-Identifier: Apache-2.0

// Package controller is the loop: a queue of keys and the workers that reconcile
// them. For each key a worker calls the planner, has the actuator carry out the
// actions, and publishes the resulting report. The package makes no decision and
// calls no engine. Its memory is lost with the process, at the cost of one more
// attempt at most. The daemon runs it.
package controller
