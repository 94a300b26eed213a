// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"
)

// limits are the largest values that pass, except documented, which is the
// smallest percentage that does.
type limits struct {
	fileLines, medianFile int
	funcLines, p90Func    int
	documented, methods   int
}

var projectLimits = limits{
	fileLines:  400,
	medianFile: 120,
	funcLines:  60,
	p90Func:    30,
	documented: 100,
	methods:    40,
}

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	ok, err := run(root, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "shape:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// run measures the tree at root, writes the report to out and reports whether
// the tree is within the limits. It returns an error if a file cannot be read
// or parsed, or if there is nothing to measure.
func run(root string, out io.Writer) (bool, error) {
	m, err := measure(root)
	if err != nil {
		return false, err
	}
	r := newReport(m, projectLimits)
	r.print(out)
	return len(r.offenders) == 0, nil
}
