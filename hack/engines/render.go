// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const intro = `# Engines

<!-- Written by hack/engines.sh; do not edit. -->

The table shows the results of the tests that need an engine: the conformance
suite of pkg/engine/enginetest through pkg/engine/docker, the tests of pulls, and
the end-to-end tests of pkg/e2e. ` + "`make engines`" + ` runs them on each engine and writes
this page. A test with subtests counts once for each subtest.

To run something on one of these engines, set ENGINE, for example
` + "`make e2e ENGINE=sid`" + ` or ` + "`ENGINE=sid make demo`" + `; see hack/engine.sh.

`

// render returns the document.
func render(all []result) string {
	var b strings.Builder
	b.WriteString(intro)
	b.WriteString("| Engine | Version | API | Image store | cgroups | Passed | Failed | Skipped | Tests |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range all {
		if r.Unavailable != "" {
			fmt.Fprintf(&b, "| `%s` | | | | | | | | %s |\n", r.Engine, r.Unavailable)
			continue
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | v%s | %d | %d | %d | %s |\n", r.Engine, r.Version, r.API, store(r.Store), r.Cgroups,
			r.passed, len(r.failed), len(r.skipped), selection(r))
	}
	for _, r := range all {
		section(&b, r)
	}
	return b.String()
}

// store returns the name of the image store that a storage driver means.
func store(driver string) string {
	switch driver {
	case "overlayfs":
		return "containerd"
	case "overlay2", "vfs", "fuse-overlayfs", "btrfs", "zfs":
		return "classic (" + driver + ")"
	}
	return driver
}

// selection describes which tests were run.
func selection(r result) string {
	if r.Arguments == "" {
		return "all"
	}
	return "a selection"
}

// section writes which tests of an engine were run and did not pass, by reason.
func section(b *strings.Builder, r result) {
	if len(r.failed)+len(r.skipped) == 0 && r.Arguments == "" {
		return
	}
	fmt.Fprintf(b, "\n## %s\n", r.Engine)
	if r.Arguments != "" {
		fmt.Fprintf(b, "\nOnly a part of the tests was run: %s.\n", code(r.Arguments))
	}
	tests := map[string][]string{}
	for _, t := range r.failed {
		why := cmp.Or(explain(r.Engine, t), "unexplained: "+code(firstError(t.output)))
		tests["Failed: "+why] = append(tests["Failed: "+why], t.name)
	}
	for _, t := range r.skipped {
		why := cmp.Or(firstError(t.output), "no reason given")
		tests["Skipped: "+why] = append(tests["Skipped: "+why], t.name)
	}
	for _, why := range slices.Sorted(maps.Keys(tests)) {
		fmt.Fprintf(b, "\n%s\n\n", why)
		for _, name := range tests[why] {
			fmt.Fprintf(b, "- %s\n", code(name))
		}
	}
}

var (
	position = regexp.MustCompile(`^\s+\w+\.go:\d+: (.*)`)
	variable = regexp.MustCompile(`[0-9a-f]{64}|\b[0-9a-f]{12}\b`)
)

// messages returns the first line of each message of a test.
func messages(output string) []string {
	var all []string
	for line := range strings.Lines(output) {
		if m := position.FindStringSubmatch(line); m != nil {
			all = append(all, strings.TrimSpace(m[1]))
		}
	}
	return all
}

// firstError returns the first message of a test, without IDs.
func firstError(output string) string {
	for _, message := range messages(output) {
		return fmt.Sprintf("%.200s", variable.ReplaceAllString(message, "ID"))
	}
	return ""
}

// code formats a text as code; "" stays empty.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "`", "'") + "`"
}
