// SPDX-License-Identifier: Apache-2.0

// Package probe runs the startup, readiness and liveness probes of containers
// with the meanings that Kubernetes' kubelet gives them. A Schedule knows what is
// due and what results have come to; it has no clock and no goroutine. A Prober
// runs one in real time, with bounded concurrency and a single timer; a Dialer
// reaches into containers. What probes come to is a fact for plan to decide on:
// this package restarts nothing, and tells only which keys to look at again.
package probe
