// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// eventsOptions are the flags of events.
type eventsOptions struct {
	Scope
	about     string
	types     []string
	output    string
	watch     bool
	noHeaders bool
}

// NewEventsCommand returns the command `reconciler events`.
func NewEventsCommand(a *App) *cobra.Command {
	var o eventsOptions
	cmd := &cobra.Command{
		Use:     "events",
		Aliases: []string{"event", "ev"},
		Short:   "Show events",
		Long: "Show events, the latest last. The controller keeps the last 1000 events until it stops. " +
			"Without -n, events of all namespaces are shown.",
		Example: "  reconciler events -w\n" +
			"  reconciler events --for app\n" +
			"  reconciler events -w --type started,failed,unhealthy\n" +
			"  reconciler events --for net/backend -n shop --types Warning",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.events(cmd.Context(), o) },
	}
	flags := cmd.Flags()
	o.RegisterNamespaces(flags)
	flags.StringVar(&o.about, "for", "", "show events of this `object`: KIND/NAME, or NAME for a container")
	flags.StringSliceVar(&o.types, "types", nil,
		"show events of these `types`: Normal, Warning, created, started, stopped, failed, healthy, unhealthy, metrics; * means all")
	flags.StringSliceVar(&o.types, "type", nil, "same as --types")
	flags.StringVarP(&o.output, "output", "o", "", "output `format`: table, wide, json or yaml")
	flags.BoolVarP(&o.watch, "watch", "w", false, "keep showing new events")
	flags.BoolVar(&o.noHeaders, "no-headers", false, "omit the headers")
	_ = cmd.RegisterFlagCompletionFunc("for", func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return a.completeTargets(cmd, nil, typed)
	})
	flag.Complete(cmd, "output", "table", "wide", "json", "yaml")
	flag.Complete(cmd, "type", "Normal", "Warning", "created", "started", "stopped", "failed", "healthy", "unhealthy", "metrics", "*")
	flag.Complete(cmd, "types", "Normal", "Warning", "created", "started", "stopped", "failed", "healthy", "unhealthy", "metrics", "*")
	return cmd
}

func (a *App) events(ctx context.Context, o eventsOptions) error {
	if err := printer.CheckFormat(o.output, printer.FormatTable, printer.FormatWide, printer.FormatJSON, printer.FormatYAML); err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	c := a.Client()
	sel := client.Selection{Namespace: o.Namespace()}
	if o.about != "" {
		name, err := resource.ParseName(o.about)
		if err != nil {
			return err
		}
		if name.Namespace != "" {
			sel.Namespace = name.Namespace
		}
		sel.Fields = client.InvolvedObject(name)
	}
	list, err := c.Events(ctx, sel)
	if err != nil {
		return err
	}
	p := eventPrinter{app: a, o: o, table: printer.Table{Out: a.Stdout, Wide: o.output == printer.FormatWide, NoHeaders: o.noHeaders}}
	shown := o.filter(list.Items)
	if !o.watch {
		samples, err := o.samples(ctx, c)
		if err != nil {
			return err
		}
		return p.list(append(shown, samples...))
	}
	for _, e := range shown {
		if err := p.printOne(e); err != nil {
			return err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	if o.wants(v1alpha1.TopicMetrics) {
		group.Go(func() error { return o.followMetrics(ctx, c, p.printOne) })
	}
	group.Go(func() error {
		return c.FollowEvents(ctx, sel, list.ResourceVersion, func(change client.Change[v1alpha1.Event]) error {
			if change.Type != watch.Added && change.Type != watch.Modified || len(o.filter([]v1alpha1.Event{change.Object})) == 0 {
				return nil // deleted to make room: not a new event
			}
			return p.printOne(change.Object)
		})
	})
	return group.Wait()
}

// filter returns the events of the selected types.
func (o eventsOptions) filter(events []v1alpha1.Event) []v1alpha1.Event {
	if len(o.types) == 0 {
		return events
	}
	out := []v1alpha1.Event{}
	for _, e := range events {
		if slices.ContainsFunc(o.types, func(t string) bool {
			return t == "*" || strings.EqualFold(t, e.Type) || strings.EqualFold(t, string(v1alpha1.TopicOf(e.Reason)))
		}) {
			out = append(out, e)
		}
	}
	return out
}

// eventPrinter prints events in one of the formats.
type eventPrinter struct {
	mu    sync.Mutex
	app   *App
	o     eventsOptions
	table printer.Table
}

func (p *eventPrinter) tabular() bool {
	return p.o.output != printer.FormatJSON && p.o.output != printer.FormatYAML
}

func (p *eventPrinter) list(events []v1alpha1.Event) error {
	switch {
	case !p.tabular():
		return printer.Encode(p.app.Stdout, p.o.output, printer.NewList(events))
	case len(events) == 0 && p.o.Namespace() == "":
		fmt.Fprintln(p.app.Stderr, "No events found.")
	case len(events) == 0:
		fmt.Fprintf(p.app.Stderr, "No events found in %s namespace.\n", p.o.Namespace())
	default:
		p.rows(events)
	}
	return nil
}

// printOne prints one event of a watch.
func (p *eventPrinter) printOne(e v1alpha1.Event) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tabular() {
		p.rows([]v1alpha1.Event{e})
		return nil
	}
	if p.o.output == printer.FormatYAML {
		fmt.Fprintln(p.app.Stdout, "---")
	}
	return printer.Encode(p.app.Stdout, p.o.output, e)
}

func (p *eventPrinter) rows(events []v1alpha1.Event) {
	var before []printer.Column
	if p.o.Namespace() == "" {
		column := printer.Column{Header: "NAMESPACE"}
		for _, e := range events {
			column.Cells = append(column.Cells, e.Namespace)
		}
		before = append(before, column)
	}
	p.table.Print(table.Events(events, p.app.Now()), before...)
}

// eventsOf returns the events of one object; none when they cannot be read.
func eventsOf(ctx context.Context, c *client.Client, k v1alpha1.Key) []v1alpha1.Event {
	list, err := c.EventsOf(ctx, k)
	if err != nil {
		return nil
	}
	return list.Items
}
