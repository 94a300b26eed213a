// SPDX-License-Identifier: Apache-2.0

// Package hold keeps the containers that users stopped or suspended in a file, so
// that they stay so when the controller is restarted. It does not decide what is
// held: that is part of a plan.History. Losing the file does no harm except that
// the containers run again. The controller writes the file; diff reads it.
package hold
