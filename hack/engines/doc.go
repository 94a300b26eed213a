// SPDX-License-Identifier: Apache-2.0

// Command engines writes docs/engines.md from the results of hack/engines.sh, one
// file of JSON lines for each engine: first its properties, then the events of "go
// test -json". It runs no tests and no engine. Failed tests are grouped by the
// reasons in reasons.go; a failure without a reason is listed as unexplained.
package main
