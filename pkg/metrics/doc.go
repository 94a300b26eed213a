// SPDX-License-Identifier: Apache-2.0

// Package metrics exports the work of the controller and the state of its objects
// to Prometheus. The registry and the functions that it reads from are injected;
// it holds no state but its counters, and decides nothing. The daemon creates the
// Metrics; the controller and its queue report to them.
package metrics
