// SPDX-License-Identifier: Apache-2.0

// Package stats samples the resource usage of running containers: in each round
// it reads all containers concurrently, with one engine call each. It keeps the
// last sample of each run, lets package plan judge whether the run is under
// pressure, and reports only the keys whose pressure changed; it decides nothing.
// The controller sets the sampled containers and reads the pressure. The daemon creates
// the Sampler and passes the samples to the status store and the metrics.
package stats
