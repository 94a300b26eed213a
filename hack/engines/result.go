// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// result describes an engine and the tests that were run on it.
type result struct {
	// Engine is the value of the variable ENGINE.
	Engine  string
	Version string
	API     string
	// Store is the storage driver, and Cgroups the version of cgroups on the host.
	Store   string
	Cgroups string
	// Arguments are the arguments of go test, in addition to the packages.
	Arguments string
	// Unavailable is the reason why there are no results; empty if there are.
	Unavailable string

	passed          int
	failed, skipped []test
}

// test is a test without subtests that did not pass.
type test struct {
	name   string // for example "e2e: TestHeal/crash"
	output string
}

// event is one line of the output of test2json.
type event struct {
	Action, Package, Test, Output string
}

// read reads the results of one engine.
func read(in io.Reader) (result, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	var r result
	lines.Scan()
	if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
		return result{}, err
	}
	outcomes, output := map[string]string{}, map[string]*strings.Builder{}
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil || e.Test == "" {
			continue
		}
		name := e.Package[strings.LastIndexByte(e.Package, '/')+1:] + ": " + e.Test
		switch e.Action {
		case "output":
			if output[name] == nil {
				output[name] = &strings.Builder{}
			}
			output[name].WriteString(e.Output)
		case "pass", "fail", "skip":
			outcomes[name] = e.Action
		}
	}
	r.count(outcomes, output)
	return r, lines.Err()
}

// count sorts the outcomes of tests. A test with subtests is not counted itself,
// unless it failed although all its subtests passed.
func (r *result) count(outcomes map[string]string, output map[string]*strings.Builder) {
	children := map[string]bool{}
	failing := map[string]bool{}
	for name, outcome := range outcomes {
		for i := range name {
			if name[i] == '/' {
				children[name[:i]] = true
				failing[name[:i]] = failing[name[:i]] || outcome == "fail"
			}
		}
	}
	for name, outcome := range outcomes {
		text := ""
		if b := output[name]; b != nil {
			text = b.String()
		}
		switch {
		case children[name] && (outcome != "fail" || failing[name]):
		case outcome == "pass":
			r.passed++
		case outcome == "fail":
			r.failed = append(r.failed, test{name, text})
		default:
			r.skipped = append(r.skipped, test{name, text})
		}
	}
	byName := func(a, b test) int { return strings.Compare(a.name, b.name) }
	slices.SortFunc(r.failed, byName)
	slices.SortFunc(r.skipped, byName)
}
