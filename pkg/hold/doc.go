// SPDX-License-Identifier: Apache-2.0

// Package hold keeps the containers that users stopped or suspended in a file, so
// that a restart of the controller does not start them. It only stores that part of
// a plan.History and makes no decision. If the file is lost, the containers run
// again. The controller writes the file, and diff reads it.
package hold
