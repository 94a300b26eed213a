// SPDX-License-Identifier: Apache-2.0

// Package stats samples what running containers use: all of them at once, each
// with one call, every so often. It keeps the last sample of each run, judges by
// plan whether the run is under pressure, and tells only of keys for which that
// changed; it decides nothing. The controller says what is sampled and reads the
// judgement; the run command hands the samples to the store and the metrics.
package stats
