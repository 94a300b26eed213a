// SPDX-License-Identifier: Apache-2.0

// Package status holds what is true of each resource, for everything that shows
// it. The controller publishes Reports and records Events; the API, the metrics
// and the terminal read and watch them. It decides nothing and keeps only a
// bounded history.
package status
