// SPDX-License-Identifier: Apache-2.0

// Package metrics counts what the controller does and shows how its objects are,
// for Prometheus. It is handed the registry and the functions it reads from,
// keeps no state beside its counters, and decides nothing. The run command makes
// it, the controller and its queue report to it.
package metrics
