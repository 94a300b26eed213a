// SPDX-License-Identifier: Apache-2.0

// Package probe runs the startup, readiness and liveness probes of containers
// with the semantics of the kubelet. A Schedule tracks which checks are due and
// what their results are; it has no clock and starts no goroutines. A Prober runs
// a Schedule in real time with bounded concurrency and a single timer. A Dialer
// connects to containers. Results are facts for package plan to decide on: this
// package restarts nothing and only reports which keys to reconcile. The daemon
// creates the Prober; the simulation runs a Schedule in virtual time.
package probe
