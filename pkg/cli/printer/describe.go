// SPDX-License-Identifier: Apache-2.0

package printer

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Description writes the descriptions of objects.
type Description struct {
	Out io.Writer
	// States is the state of every object in one word, by "Kind/namespace/name".
	States map[string]string
	Now    func() time.Time
	// Flags are printed after commands that the user may run next.
	Flags string
}

// labelWidth is the width of the first column.
const labelWidth = 15

// field writes "Name:  value"; nothing if the value is empty.
func (d *Description) field(name, value string) {
	if value == "" {
		return
	}
	lines := strings.Split(strings.TrimRight(PlainText(value), "\n"), "\n")
	for i, line := range lines {
		if i == 0 {
			fmt.Fprintf(d.Out, "%-*s%s\n", labelWidth, name+":", line)
		} else {
			fmt.Fprintf(d.Out, "%-*s%s\n", labelWidth, "", line)
		}
	}
}

// section writes a heading and an indented text; nothing if the text is empty.
func (d *Description) section(name, text string) {
	text = strings.TrimRight(PlainText(text), "\n")
	if text == "" {
		return
	}
	fmt.Fprintf(d.Out, "%s:\n", name)
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintln(d.Out, strings.TrimRight("  "+line, " "))
	}
}

// Object writes the description of an object with its events.
func (d *Description) Object(o v1alpha1.Object, events []v1alpha1.Event) {
	d.identity(o)
	d.state(o)
	d.section("Spec", specText(o))
	d.conditions(o)
	d.cause(o)
	d.initContainers(o)
	d.neighbours(o)
	d.events(events)
}

func (d *Description) identity(o v1alpha1.Object) {
	d.field("Name", o.Name)
	d.field("Namespace", o.Namespace)
	d.field("Kind", o.Kind)
	d.field("Labels", labelLines(o.Labels))
	d.field("Annotations", labelLines(o.Annotations))
	d.field("Source", o.Status.Source)
	d.field("Variables", strings.Join(o.Status.Variables, ", "))
	if o.Generation > 0 {
		d.field("Generation", fmt.Sprintf("%d, observed %d", o.Generation, o.Status.ObservedGeneration))
	}
	d.field("Known For", d.since(o.CreationTimestamp.Time))
	d.field("UID", string(o.UID))
}

func (d *Description) state(o v1alpha1.Object) {
	s := o.Status
	d.field("Status", s.Phase)
	d.field("Engine Name", s.EngineName)
	d.field("Container ID", s.ContainerID)
	d.field("Image ID", s.Image)
	d.field("Endpoints", strings.Join(s.Endpoints, "\n"))
	if s.StartedAt != nil {
		d.field("Started", d.since(*s.StartedAt)+" ago")
	}
	if s.FinishedAt != nil {
		d.field("Finished", d.since(*s.FinishedAt)+" ago")
	}
	if s.ExitCode != nil {
		d.field("Exit Code", strconv.Itoa(*s.ExitCode))
	}
	if o.Kind == string(v1alpha1.KindContainer) {
		d.field("Restarts", strconv.Itoa(s.Restarts))
	}
	if s.NextRestartAt != nil {
		d.field("Next Restart", s.NextRestartAt.Local().Format("15:04:05"))
	}
	if s.Health != nil {
		text := s.Health.Status
		if s.Health.FailingStreak > 0 {
			text += fmt.Sprintf(", failed %d in a row", s.Health.FailingStreak)
		}
		d.field("Health", text+"\n"+s.Health.Log)
	}
}

// since returns the time since t in a short form such as "5m".
func (d *Description) since(t time.Time) string { return duration.HumanDuration(d.Now().Sub(t)) }
