// SPDX-License-Identifier: Apache-2.0

package printer

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

// eventsDescribed is the number of latest events in a description.
const eventsDescribed = 20

// labelLines returns labels as sorted lines.
func labelLines(m map[string]string) string {
	var lines []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		lines = append(lines, k+"="+m[k])
	}
	return strings.Join(lines, "\n")
}

// specText returns the spec in the form of a manifest.
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

// columnsText returns aligned rows.
func columnsText(rows [][]string) string {
	var b bytes.Buffer
	p := Table{Out: &b, Widths: make([]int, len(rows[0]))}
	p.Rows(rows)
	return b.String()
}

// conditions writes all conditions. Further lines of a message get rows of their own.
func (d *Description) conditions(o v1alpha1.Object) {
	if len(o.Status.Conditions) == 0 {
		return
	}
	rows := [][]string{{"TYPE", "STATUS", "REASON", "SINCE", "MESSAGE"}}
	for _, c := range o.Status.Conditions {
		first, rest, more := strings.Cut(PlainText(c.Message), "\n")
		rows = append(rows, []string{c.Type, string(c.Status), c.Reason, d.since(c.LastTransitionTime.Time), first})
		for more {
			first, rest, more = strings.Cut(rest, "\n")
			rows = append(rows, []string{"", "", "", "", first})
		}
	}
	d.section("Conditions", columnsText(rows))
}

func (d *Description) cause(o v1alpha1.Object) {
	d.section("Root Cause", CauseText(o.Status.RootCause))
	var lines []string
	for _, b := range o.Status.BlockedBy {
		lines = append(lines, blockerText(b))
	}
	d.section("Blocked By", strings.Join(lines, "\n"))
}

// CauseText returns a root cause with its hint; empty for nil.
func CauseText(c *v1alpha1.RootCause) string {
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

// initContainers writes a row per init container.
func (d *Description) initContainers(o v1alpha1.Object) {
	rows := [][]string{{"NAME", "PHASE", "EXIT CODE", "RESTARTS", "LOG"}}
	for _, ic := range o.Status.InitContainers {
		code := "<none>"
		if ic.ExitCode != nil {
			code = strconv.Itoa(*ic.ExitCode)
		}
		name := ic.Object[strings.LastIndexByte(ic.Object, '/')+1:]
		rows = append(rows, []string{ic.Name, ic.Phase, code, strconv.Itoa(ic.Restarts), "reconciler logs " + name + d.Flags})
	}
	if len(rows) > 1 {
		d.section("Init Containers", columnsText(rows))
	}
}

func (d *Description) neighbours(o v1alpha1.Object) {
	d.section("Dependencies", d.withState(o.Status.Dependencies))
	d.section("Dependents", d.withState(o.Status.Dependents))
}

// withState returns the keys with the states of their objects.
func (d *Description) withState(keys []string) string {
	var rows [][]string
	for _, k := range keys {
		state, known := d.States[k]
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

func (d *Description) events(events []v1alpha1.Event) {
	if len(events) == 0 {
		fmt.Fprintln(d.Out, "Events:        <none>")
		return
	}
	events = events[max(0, len(events)-eventsDescribed):]
	rows := [][]string{{"TYPE", "REASON", "AGE", "MESSAGE"}}
	for _, e := range events {
		age := d.since(e.LastTimestamp.Time)
		if e.Count > 1 {
			age += fmt.Sprintf(" (x%d over %s)", e.Count, d.since(e.FirstTimestamp.Time))
		}
		rows = append(rows, []string{e.Type, e.Reason, age, PlainText(e.Message)})
	}
	d.section("Events", columnsText(rows))
}

// Log writes the end of the log, or the error that prevented reading it.
func (d *Description) Log(text string, err error) {
	if err != nil {
		text = "cannot be read: " + err.Error()
	}
	d.section("Log", text)
}
