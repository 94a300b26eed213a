// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// topOptions are the flags of top.
type topOptions struct {
	Scope
	sortBy    string
	output    string
	watch     bool
	noHeaders bool
}

// NewTopCommand returns the command `reconciler top`.
func NewTopCommand(a *App) *cobra.Command {
	var o topOptions
	cmd := &cobra.Command{
		Use:   "top [NAME..]",
		Short: "Show what containers use",
		Long: "Show what containers use, as it was last sampled: CPU in thousandths of a processor, memory without the\n" +
			"file cache that can go at once, what went over the network and to disks since the start.\n\n" + namespaceHelp,
		Example:           "  reconciler top\n  reconciler top -w --sort-by cpu\n  reconciler top -l tier=backend --no-headers",
		ValidArgsFunction: a.completeContainers,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.top(cmd.Context(), o, args) },
	}
	flags := cmd.Flags()
	o.register(flags)
	flags.StringVar(&o.sortBy, "sort-by", "", "cpu or memory: the largest first; else by name")
	flags.StringVarP(&o.output, "output", "o", "", "json or yaml, or nothing for a table")
	flags.BoolVarP(&o.watch, "watch", "w", false, "go on showing it, at each sample")
	flags.BoolVar(&o.noHeaders, "no-headers", false, "leave the headers out")
	flag.Complete(cmd, "output", "json", "yaml")
	flag.Complete(cmd, "sort-by", "cpu", "memory")
	return cmd
}

func (a *App) top(ctx context.Context, o topOptions, args []string) error {
	if err := errors.Join(printer.CheckFormat(o.output, printer.FormatJSON, printer.FormatYAML), o.check()); err != nil {
		return err
	}
	c := a.Client()
	g, err := o.containers(ctx, c, args)
	if err != nil {
		return err
	}
	p := &topPrinter{app: a, o: o, table: printer.Table{Out: a.Stdout, NoHeaders: o.noHeaders}}
	if o.watch {
		return a.watchTop(ctx, c, p, g)
	}
	if len(g.Objects) == 0 {
		fmt.Fprintln(a.Stderr, o.NoneFound())
		return nil
	}
	used := o.sampled(g.Objects)
	if len(used) == 0 {
		return notSampled(g.Objects)
	}
	return p.print(used)
}

// notSampled says why there are no samples.
func notSampled(objects []v1alpha1.Object) error {
	if i := slices.IndexFunc(objects, func(o v1alpha1.Object) bool { return !printer.IsRunning(o) }); i >= 0 {
		return fmt.Errorf("metrics not available: %s is %s, and only what runs is sampled", objects[i].Key(), objects[i].Status.Phase)
	}
	return errors.New("metrics not available yet: a container is first sampled a second after it started, and never with --metrics-interval 0")
}

func (o topOptions) check() error {
	switch {
	case o.sortBy != "" && o.sortBy != "cpu" && o.sortBy != "memory":
		return fmt.Errorf("--sort-by accepts only cpu or memory, not %q", o.sortBy)
	case o.watch && o.output != "":
		return errors.New("-w prints tables only: ask again and again for " + o.output)
	}
	return nil
}

// sampled are the objects with metrics, in order.
func (o topOptions) sampled(objects []v1alpha1.Object) []v1alpha1.Object {
	var out []v1alpha1.Object
	for _, object := range objects {
		if object.Status.Metrics != nil {
			out = append(out, object)
		}
	}
	slices.SortStableFunc(out, func(a, b v1alpha1.Object) int {
		x, y := a.Status.Metrics, b.Status.Metrics
		switch o.sortBy {
		case "cpu":
			return cmp.Compare(y.CPUPercent, x.CPUPercent)
		case "memory":
			return cmp.Compare(y.MemoryUsedBytes, x.MemoryUsedBytes)
		}
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// watchTop shows the samples as they come: on a terminal the whole table again,
// else a row for each sample.
func (a *App) watchTop(ctx context.Context, c *client.Client, p *topPrinter, g group) error {
	shown := 0
	return followSamples(ctx, c, p.o.selection(), func(all, fresh []v1alpha1.Object) error {
		all, fresh = p.o.sampled(g.only(all)), p.o.sampled(g.only(fresh))
		if !a.terminal() {
			return p.print(fresh)
		}
		if len(fresh) == 0 && len(all) == shown {
			return nil
		}
		shown = len(all)
		return p.redraw(all)
	})
}

// topPrinter prints what containers use.
type topPrinter struct {
	app   *App
	o     topOptions
	table printer.Table
}

// redraw prints the table where the last one was.
func (p *topPrinter) redraw(objects []v1alpha1.Object) error {
	if p.app.terminal() {
		fmt.Fprint(p.app.Stdout, "\x1b[H\x1b[J")
		p.table.Widths = nil
	}
	return p.print(objects)
}

func (p *topPrinter) print(objects []v1alpha1.Object) error {
	if p.o.output != "" {
		return printer.Encode(p.app.Stdout, p.o.output, printer.NewList(objects))
	}
	var rows [][]string
	if p.table.Widths == nil {
		header := []string{"NAME", "CPU", "MEMORY", "LIMIT", "NET RX/TX", "BLOCK R/W", "PIDS"}
		if p.o.In() == "" {
			header = append([]string{"NAMESPACE"}, header...)
		}
		p.table.Widths = make([]int, len(header))
		if !p.table.NoHeaders {
			rows = append(rows, header)
		}
	}
	for _, o := range objects {
		row := append([]string{o.Name}, printer.Usage(o.Status.Metrics)...)
		if p.o.In() == "" {
			row = append([]string{o.Namespace}, row...)
		}
		rows = append(rows, row)
	}
	p.table.Rows(rows)
	return nil
}
