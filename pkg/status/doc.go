// SPDX-License-Identifier: Apache-2.0

// Package status is the only home of the reports: the published state of each
// resource. The controller updates them and records Events; the API, the metrics,
// the notifications and the view list and watch them. The package builds reports
// from decisions of the planner, makes no decision itself, does no I/O, and keeps
// a bounded history.
package status
