// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/client"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// NewDescribeCommand returns the command `reconciler describe`.
func NewDescribeCommand(a *App) *cobra.Command {
	var s scope
	var tail int
	cmd := &cobra.Command{
		Use:   "describe KIND/NAME.. | NAME.. | KIND",
		Short: "Tell all about an object, and why it is as it is",
		Long: "Tell all about an object: its spec, its conditions, the root cause when it is not ready, what it\n" +
			"depends on and what depends on it, what happened, and the last lines of its log.\n\n" + namespaceHelp,
		Example:           "  reconciler describe app\n  reconciler describe net/backend -n shop",
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.describe(cmd.Context(), s, tail, args)
		},
	}
	s.register(cmd.Flags())
	cmd.Flags().IntVar(&tail, "tail", 10, "how many lines of the log to show")
	return cmd
}

func (a *App) describe(ctx context.Context, s scope, tail int, args []string) error {
	t, err := parseTarget(args)
	if err != nil {
		return err
	}
	c := a.client()
	groups, err := s.find(ctx, c, t)
	if err != nil {
		return err
	}
	objects := objectsOf(groups)
	if len(objects) == 0 {
		fmt.Fprintln(a.Stderr, s.noneFound())
		return nil
	}
	ready, err := readiness(ctx, c)
	if err != nil {
		return err
	}
	for i, o := range objects {
		if i > 0 {
			fmt.Fprint(a.Stdout, "\n\n")
		}
		d := description{app: a, w: a.Stdout, ready: ready}
		d.object(o, eventsOf(ctx, c, o.Key()))
		if o.Kind == string(spec.KindContainer) && o.Status.ContainerID != "" {
			text, err := c.Logs(ctx, o.Key(), tail)
			d.log(text, err)
		}
	}
	return nil
}

// readiness is the state of every object in one word, by "Kind/namespace/name".
func readiness(ctx context.Context, c *client.Client) (map[string]string, error) {
	out := map[string]string{}
	for _, kind := range shownKinds() {
		list, err := c.List(ctx, kind, client.Selection{})
		if err != nil {
			return nil, err
		}
		for _, o := range list.Items {
			word := o.Status.Phase
			if condition.IsTrue(o.Status.Conditions, condition.Ready) {
				word = "Ready"
			}
			out[o.Key().String()] = word
		}
	}
	return out, nil
}

// description writes about one object.
type description struct {
	app   *App
	w     io.Writer
	ready map[string]string
}

// labelWidth is the width of the first column.
const labelWidth = 15

// field writes "Name:  value"; nothing for an empty value.
func (d *description) field(name, value string) {
	if value == "" {
		return
	}
	lines := strings.Split(strings.TrimRight(plainText(value), "\n"), "\n")
	for i, line := range lines {
		if i == 0 {
			fmt.Fprintf(d.w, "%-*s%s\n", labelWidth, name+":", line)
		} else {
			fmt.Fprintf(d.w, "%-*s%s\n", labelWidth, "", line)
		}
	}
}

// section writes a heading and a text indented below it; nothing without text.
func (d *description) section(name, text string) {
	text = strings.TrimRight(plainText(text), "\n")
	if text == "" {
		return
	}
	fmt.Fprintf(d.w, "%s:\n", name)
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintln(d.w, strings.TrimRight("  "+line, " "))
	}
}

func (d *description) object(o v1alpha1.Object, events []v1alpha1.Event) {
	d.identity(o)
	d.state(o)
	d.section("Spec", specText(o))
	d.conditions(o)
	d.cause(o)
	d.initContainers(o)
	d.neighbours(o)
	d.events(events)
}

func (d *description) identity(o v1alpha1.Object) {
	d.field("Name", o.Name)
	d.field("Namespace", o.Namespace)
	d.field("Kind", o.Kind)
	d.field("Labels", pairs(o.Labels))
	d.field("Annotations", pairs(o.Annotations))
	d.field("Source", o.Status.Source)
	d.field("Variables", strings.Join(o.Status.Variables, ", "))
	if o.Generation > 0 {
		d.field("Generation", fmt.Sprintf("%d, observed %d", o.Generation, o.Status.ObservedGeneration))
	}
	d.field("Known For", d.app.since(o.CreationTimestamp.Time))
	d.field("UID", string(o.UID))
}

func (d *description) state(o v1alpha1.Object) {
	s := o.Status
	d.field("Status", s.Phase)
	d.field("Engine Name", s.EngineName)
	d.field("Container ID", s.ContainerID)
	d.field("Image ID", s.Image)
	d.field("Endpoints", strings.Join(s.Endpoints, "\n"))
	if s.StartedAt != nil {
		d.field("Started", d.app.since(*s.StartedAt)+" ago")
	}
	if s.FinishedAt != nil {
		d.field("Finished", d.app.since(*s.FinishedAt)+" ago")
	}
	if s.ExitCode != nil {
		d.field("Exit Code", strconv.Itoa(*s.ExitCode))
	}
	if o.Kind == string(spec.KindContainer) {
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
