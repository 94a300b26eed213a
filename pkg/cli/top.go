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
		Short: "Show the resource usage of containers",
		Long: "Show the last sample of the resource usage of containers: CPU in thousandths of a processor, memory without " +
			"reclaimable file cache, and the network and disk traffic since the start.\n\n" + namespaceHelp,
		Example:           "  reconciler top\n  reconciler top -w --sort-by cpu\n  reconciler top -l tier=backend --no-headers",
		ValidArgsFunction: a.completeContainers,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.top(cmd.Context(), o, args) },
	}
	flags := cmd.Flags()
	o.register(flags)
	flags.StringVar(&o.sortBy, "sort-by", "", "sort `column`: cpu or memory, the largest first; empty sorts by name")
	flags.StringVarP(&o.output, "output", "o", "", "output `format`: json or yaml; empty means a table")
	flags.BoolVarP(&o.watch, "watch", "w", false, "keep showing new samples")
	flags.BoolVar(&o.noHeaders, "no-headers", false, "omit the headers")
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

// notSampled returns the error for containers without samples.
func notSampled(objects []v1alpha1.Object) error {
	if i := slices.IndexFunc(objects, func(o v1alpha1.Object) bool { return !printer.IsRunning(o) }); i >= 0 {
		return fmt.Errorf("metrics not available: %s is %s, and only running containers are sampled", objects[i].Key(), objects[i].Status.Phase)
	}
	return errors.New("metrics not available yet: the first sample is taken a second after the start; --metrics-interval 0 disables sampling")
}

func (o topOptions) check() error {
	switch {
	case o.sortBy != "" && o.sortBy != "cpu" && o.sortBy != "memory":
		return fmt.Errorf("--sort-by accepts only cpu or memory, not %q", o.sortBy)
	case o.watch && o.output != "":
		return errors.New("--watch prints tables only and cannot be used with --output " + o.output)
	}
	return nil
}

// sampled returns the objects with metrics, sorted.
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

// watchTop prints new samples: on a terminal it redraws the whole table, otherwise it
// prints a row per sample.
func (a *App) watchTop(ctx context.Context, c *client.Client, p *topPrinter, g group) error {
	shown := 0
	return followSamples(ctx, c, p.o.selection(), func(all, fresh []v1alpha1.Object) error {
		all, fresh = p.o.sampled(g.filter(all)), p.o.sampled(g.filter(fresh))
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

// topPrinter prints the usage of containers.
type topPrinter struct {
	app   *App
	o     topOptions
	table printer.Table
}

// redraw prints the table in place of the previous one.
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
		if p.o.Namespace() == "" {
			header = append([]string{"NAMESPACE"}, header...)
		}
		p.table.Widths = make([]int, len(header))
		if !p.table.NoHeaders {
			rows = append(rows, header)
		}
	}
	for _, o := range objects {
		row := append([]string{o.Name}, printer.Usage(o.Status.Metrics)...)
		if p.o.Namespace() == "" {
			row = append([]string{o.Namespace}, row...)
		}
		rows = append(rows, row)
	}
	p.table.Rows(rows)
	return nil
}
