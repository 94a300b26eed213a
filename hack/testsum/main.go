// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is one line of the output of test2json.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

// summary counts results and keeps the output of unfinished tests.
type summary struct {
	out                     io.Writer
	passed, failed, skipped int
	// broken is set after a failure that may not have been counted.
	broken bool
	// blamed has the packages with a failed test.
	blamed map[string]bool
	output map[string]*strings.Builder
}

func main() {
	if !summarize(os.Stdin, os.Stdout) {
		os.Exit(1)
	}
}

// summarize copies the results in in to out. It returns true if at least one test
// passed and nothing failed.
func summarize(in io.Reader, out io.Writer) bool {
	s := summary{out: out, blamed: map[string]bool{}, output: map[string]*strings.Builder{}}
	if err := s.read(in); err != nil {
		fmt.Fprintln(out, "testsum:", err)
		s.broken = true
	}
	if s.broken && s.failed == 0 {
		s.failed = 1
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", s.passed, s.failed, s.skipped)
	return s.failed == 0 && s.passed > 0
}

func (s *summary) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if len(line) > 0 {
			s.line(line)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// line processes one line. It prints a line that is no event, such as a message of
// the go command, unchanged.
func (s *summary) line(line string) {
	var ev event
	if json.Unmarshal([]byte(line), &ev) != nil {
		fmt.Fprint(s.out, line)
		return
	}
	switch ev.Action {
	case "output", "build-output":
		if ev.Action == "build-output" {
			fmt.Fprint(s.out, ev.Output)
			return
		}
		s.buffer(ev).WriteString(ev.Output)
	case "build-fail":
		s.broken = true
	case "pass", "fail", "skip":
		s.result(ev)
	}
}

func (s *summary) result(ev event) {
	if ev.Test == "" {
		if ev.Action == "fail" && !s.blamed[ev.Package] {
			s.failed++
		}
		s.pkg(ev)
		return
	}
	switch ev.Action {
	case "pass":
		s.passed++
	case "fail":
		s.failed++
		s.blamed[ev.Package] = true
		fmt.Fprintf(s.out, "%s: %s", ev.Package, s.buffer(ev))
	case "skip":
		s.skipped++
		fmt.Fprintf(s.out, "%s: %s", ev.Package, s.buffer(ev))
	}
	delete(s.output, ev.Package+" "+ev.Test)
}

// pkg prints the result of a package. If it failed, pkg also prints the output
// that belongs to no finished test, such as a race, a leak or a panic.
func (s *summary) pkg(ev event) {
	text := s.buffer(ev).String()
	delete(s.output, ev.Package+" ")
	switch {
	case ev.Action == "fail":
		for key, rest := range s.output {
			if strings.HasPrefix(key, ev.Package+" ") {
				fmt.Fprintf(s.out, "%s did not finish:\n%s", key, rest)
			}
		}
		fmt.Fprint(s.out, text)
	case !strings.Contains(text, "no test files"):
		fmt.Fprintf(s.out, "ok   %-70s %6.1fs\n", ev.Package, ev.Elapsed)
	}
}

func (s *summary) buffer(ev event) *strings.Builder {
	key := ev.Package + " " + ev.Test
	if s.output[key] == nil {
		s.output[key] = &strings.Builder{}
	}
	return s.output[key]
}
