// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// eventsDescribed is how many of the latest events a description shows.
const eventsDescribed = 20

// pairs are labels, sorted, one a line.
func pairs(m map[string]string) string {
	var lines []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		lines = append(lines, k+"="+m[k])
	}
	return strings.Join(lines, "\n")
}

// specText is the spec as in a manifest.
func specText(o v1alpha1.Object) string {
	if len(o.Spec) == 0 {
		return ""
	}
	data, err := yaml.JSONToYAML(o.Spec)
	if err != nil {
		return string(o.Spec)
	}
	return string(data)
}

// columnsText aligns rows.
func columnsText(rows [][]string) string {
	var b bytes.Buffer
	p := tablePrinter{out: &b, widths: make([]int, len(rows[0]))}
	p.rows(rows)
	return b.String()
}

// conditions are shown in full: a message of several lines goes on below.
func (d *description) conditions(o v1alpha1.Object) {
	if len(o.Status.Conditions) == 0 {
		return
	}
	rows := [][]string{{"TYPE", "STATUS", "REASON", "SINCE", "MESSAGE"}}
	for _, c := range o.Status.Conditions {
		first, rest, more := strings.Cut(plainText(c.Message), "\n")
		rows = append(rows, []string{c.Type, string(c.Status), c.Reason, d.app.since(c.LastTransitionTime.Time), first})
		for more {
			first, rest, more = strings.Cut(rest, "\n")
			rows = append(rows, []string{"", "", "", "", first})
		}
	}
	d.section("Conditions", columnsText(rows))
}

func (d *description) cause(o v1alpha1.Object) {
	d.section("Root Cause", causeText(o.Status.RootCause))
	var lines []string
	for _, b := range o.Status.BlockedBy {
		lines = append(lines, blockerText(b))
	}
	d.section("Blocked By", strings.Join(lines, "\n"))
}

// causeText tells of a root cause and the way out; empty for none.
func causeText(c *v1alpha1.RootCause) string {
	if c == nil {
		return ""
	}
	lines := []string{fmt.Sprintf("%s: %s: %s", c.Object, c.Reason, c.Message)}
	if c.Hint != "" {
		lines = append(lines, "hint: "+c.Hint)
	}
	for _, line := range c.LastLogLines {
		lines = append(lines, "log: "+line)
	}
	return strings.Join(lines, "\n")
}

func blockerText(b v1alpha1.Blocker) string {
	text := fmt.Sprintf("%s/%s/%s: %s", b.Kind, b.Namespace, b.Name, b.Reason)
	if b.Message != "" {
		text += ": " + b.Message
	}
	return text
}

// initContainers are a row each.
func (d *description) initContainers(o v1alpha1.Object) {
	rows := [][]string{{"NAME", "PHASE", "EXIT CODE", "RESTARTS", "LOG"}}
	for _, ic := range o.Status.InitContainers {
		code := "<none>"
		if ic.ExitCode != nil {
			code = strconv.Itoa(*ic.ExitCode)
		}
		name := ic.Object[strings.LastIndexByte(ic.Object, '/')+1:]
		rows = append(rows, []string{ic.Name, ic.Phase, code, strconv.Itoa(ic.Restarts), "reconciler logs " + name + d.app.instanceFlag()})
	}
	if len(rows) > 1 {
		d.section("Init Containers", columnsText(rows))
	}
}

func (d *description) neighbours(o v1alpha1.Object) {
	d.section("Dependencies", d.withState(o.Status.Dependencies))
	d.section("Dependents", d.withState(o.Status.Dependents))
}

// withState is each key with how the object does.
func (d *description) withState(keys []string) string {
	var rows [][]string
	for _, k := range keys {
		state, known := d.ready[k]
		if !known {
			state = "not found"
		}
		rows = append(rows, []string{k, state})
	}
	if rows == nil {
		return ""
	}
	return columnsText(rows)
}

func (d *description) events(events []v1alpha1.Event) {
	if len(events) == 0 {
		fmt.Fprintln(d.w, "Events:        <none>")
		return
	}
	events = events[max(0, len(events)-eventsDescribed):]
	rows := [][]string{{"TYPE", "REASON", "AGE", "MESSAGE"}}
	for _, e := range events {
		age := d.app.since(e.LastTimestamp.Time)
		if e.Count > 1 {
			age += fmt.Sprintf(" (x%d over %s)", e.Count, d.app.since(e.FirstTimestamp.Time))
		}
		rows = append(rows, []string{string(e.Type), e.Reason, age, plainText(e.Message)})
	}
	d.section("Events", columnsText(rows))
}

// log shows the end of the log, or why there is none to show.
func (d *description) log(text string, err error) {
	if err != nil {
		text = "cannot be read: " + err.Error()
	}
	d.section("Log", text)
}
