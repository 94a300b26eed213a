// SPDX-License-Identifier: Apache-2.0

// Command testsum reads the output of "go test -json" and prints the result of
// each package, the output of the tests that failed or were skipped, and a last
// line "N passed, N failed, N skipped". It counts tests and subtests. A package
// that fails although none of its tests does, for example because it does not
// build or leaks a goroutine, counts as one failure. The exit code is 1 if
// anything failed or nothing was tested. hack/test.sh runs it.
package main
