// SPDX-License-Identifier: Apache-2.0

package main

import "strings"

// engines are the engines in the order of the document.
var engines = []string{"stable", "trixie", "sid", "sid-containerd", "podman", "rootless"}

// reason explains failures of an engine.
type reason struct {
	engine string
	// text is part of the output of the failed tests.
	text string
	why  string
}

// reasons lists the failures that are understood. The first reason that applies
// counts.
var reasons = []reason{}

// explain returns the reason for a failed test; "" if it is not understood.
func explain(engine string, t test) string {
	for _, r := range reasons {
		if r.engine == engine && strings.Contains(t.output, r.text) {
			return r.why
		}
	}
	return ""
}
