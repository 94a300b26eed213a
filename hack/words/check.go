// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// list has the idioms and the wordings that look like one and are not.
type list struct {
	idioms     []idiom
	exceptions []*regexp.Regexp
}

type idiom struct {
	pattern *regexp.Regexp
	// better is the suggested wording.
	better string
}

// parseList reads lines of the form "pattern -> suggestion" and "except
// pattern". A pattern is a regular expression that matches whole words in any
// case; a space in it matches any white space. Empty lines and lines that begin
// with # are skipped.
func parseList(source string) (*list, error) {
	l := &list{}
	for n, line := range strings.Split(source, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		exception, isException := strings.CutPrefix(line, "except ")
		pattern, better, ok := strings.Cut(line, " -> ")
		if isException {
			pattern = exception
		} else if !ok {
			return nil, fmt.Errorf("idioms.txt:%d: want \"pattern -> suggestion\" or \"except pattern\"", n+1)
		}
		compiled, err := regexp.Compile(`(?i)\b(?:` + strings.Join(strings.Fields(pattern), `\s+`) + `)\b`)
		switch {
		case err != nil:
			return nil, fmt.Errorf("idioms.txt:%d: %w", n+1, err)
		case isException:
			l.exceptions = append(l.exceptions, compiled)
		default:
			l.idioms = append(l.idioms, idiom{pattern: compiled, better: strings.TrimSpace(better)})
		}
	}
	return l, nil
}

// finding is an idiom, or an exemption that is not valid, in a line of a file.
type finding struct {
	line    int
	message string
}

// check returns the findings in a file, sorted by line.
func check(file *text, list *list) []finding {
	var findings []finding
	used := map[int]bool{}
	for _, p := range file.passages {
		for _, f := range matches(p, list) {
			at := f.line
			if _, ok := file.exemptions[at]; !ok {
				at--
			}
			if _, ok := file.exemptions[at]; ok {
				used[at] = true
				continue
			}
			findings = append(findings, f)
		}
	}
	for line, reason := range file.exemptions {
		if reason == "" {
			findings = append(findings, finding{line, "words:allow needs a reason"})
		}
		if !used[line] {
			findings = append(findings, finding{line, "words:allow exempts nothing"})
		}
	}
	slices.SortFunc(findings, func(a, b finding) int {
		if a.line != b.line {
			return a.line - b.line
		}
		return strings.Compare(a.message, b.message)
	})
	return findings
}

// matches returns the idioms of a passage, whether exempt or not.
func matches(p passage, list *list) []finding {
	var exceptions [][]int
	for _, e := range list.exceptions {
		exceptions = append(exceptions, e.FindAllStringIndex(p.text, -1)...)
	}
	var findings []finding
	for _, idiom := range list.idioms {
		for _, at := range idiom.pattern.FindAllStringIndex(p.text, -1) {
			if slices.ContainsFunc(exceptions, func(e []int) bool { return e[0] <= at[0] && at[1] <= e[1] }) {
				continue
			}
			found := strings.Join(strings.Fields(p.text[at[0]:at[1]]), " ")
			findings = append(findings, finding{
				line:    p.line + strings.Count(p.text[:at[0]], "\n"),
				message: fmt.Sprintf("%q: better %s", found, idiom.better),
			})
		}
	}
	return findings
}
