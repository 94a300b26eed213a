// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/client"
	"github.com/pact-toolbox/reconciler/pkg/logtail"
)

// logsOptions are the flags of logs.
type logsOptions struct {
	Scope
	all, follow bool
	previous    bool
	tail        int
	since       time.Duration
	sinceTime   string
	timestamps  bool
	prefix      bool
	output      string
	// tailSet and prefixSet say that those flags were given.
	tailSet, prefixSet bool
}

// selectedTail is how many lines of each container are shown where it was
// selected and not named, as kubectl has it.
const selectedTail = 10

// NewLogsCommand returns the command `reconciler logs`.
func NewLogsCommand(a *App) *cobra.Command {
	var o logsOptions
	cmd := &cobra.Command{
		Use:     "logs [-f] NAME.. | -l SELECTOR | --all",
		Aliases: []string{"log"},
		Short:   "Show what containers write",
		Long: "Show what containers write, several in the order of time, each line with the name of its container.\n" +
			"With -f, go on: over restarts and replacements of a container too, and with containers that come to\n" +
			"be selected. When containers are named, that ends when all have completed or are gone.\n\n" + namespaceHelp,
		Example: "  reconciler logs app --tail 50\n" +
			"  reconciler logs -f app db\n" +
			"  reconciler logs -p crasher\n" +
			"  reconciler logs -f --all --since 5m\n" +
			"  reconciler logs -l tier=backend --timestamps",
		ValidArgsFunction: a.completeContainers,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.tailSet, o.prefixSet = cmd.Flags().Changed("tail"), cmd.Flags().Changed("prefix")
			return a.logs(cmd.Context(), o, args)
		},
	}
	flags := cmd.Flags()
	o.register(flags)
	flags.BoolVar(&o.all, "all", false, "all containers")
	flags.BoolVarP(&o.follow, "follow", "f", false, "go on showing what is written")
	flags.BoolVarP(&o.previous, "previous", "p", false, "what the run before the present one wrote, of containers that were not replaced since")
	flags.IntVar(&o.tail, "tail", -1, "only the last lines of each; all of them, or 10 with a selector or --all, when not given")
	flags.DurationVar(&o.since, "since", 0, "only what is newer than this, such as 5m")
	flags.StringVar(&o.sinceTime, "since-time", "", "only what was written after this time, as in 2006-01-02T15:04:05Z")
	flags.BoolVar(&o.timestamps, "timestamps", false, "begin each line with when it was written")
	flags.BoolVar(&o.prefix, "prefix", false, "begin each line with the container's name; so it is when there are several")
	flags.StringVarP(&o.output, "output", "o", "", "json prints an object for each line")
	flag.Complete(cmd, "output", "json")
	return cmd
}

func (a *App) logs(ctx context.Context, o logsOptions, args []string) error {
	if err := printer.CheckFormat(o.output, printer.FormatJSON); err != nil {
		return err
	}
	if len(args) == 0 && !o.all && !o.selects() {
		return errNobody
	}
	opts, err := o.log(a.Now(), len(args) > 0)
	if err != nil {
		return err
	}
	c := a.Client()
	g, err := o.containers(ctx, c, args)
	if err != nil {
		return err
	}
	if len(g.Objects) == 0 && !o.follow {
		fmt.Fprintln(a.Stderr, o.NoneFound())
		return nil
	}
	p := newLogPrinter(a.Stdout, a.colored(), o, g)
	f := &logtail.Follower{
		Open: c.LogStream, Options: opts, Print: p.print, Failed: warnOfLogs(a.Stderr), Finite: len(g.names) > 0,
	}
	var keys []v1alpha1.Key
	for _, object := range g.Objects {
		keys = append(keys, object.Key())
	}
	if err := f.PrintPast(ctx, keys, len(g.names) == 1 && !o.follow); err != nil || !o.follow {
		return endedByUser(ctx, err)
	}
	f.Options.Tail = -1 // containers that join later are shown from their start
	return endedByUser(ctx, followLogs(ctx, c, f, o.watched(g), g))
}

// endedByUser is err, unless an interrupt was what ended it.
func endedByUser(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// log is which part of the output is meant; the first request of each container.
func (o logsOptions) log(now time.Time, named bool) (v1alpha1.LogOptions, error) {
	opts := v1alpha1.LogOptions{Tail: o.tail, Timestamps: true, Previous: o.previous}
	if !o.tailSet && !named {
		opts.Tail = selectedTail
	}
	switch {
	case o.previous && o.follow:
		return opts, errors.New("what a previous run wrote is over: -p and -f do not go together")
	case o.tail < -1:
		return opts, fmt.Errorf("--tail must be greater than or equal to -1, not %d", o.tail)
	case o.since < 0:
		return opts, fmt.Errorf("--since must be positive, not %s", o.since)
	case o.since > 0 && o.sinceTime != "":
		return opts, errors.New("at most one of --since-time and --since may be used")
	case o.since > 0:
		opts.Since = now.Add(-o.since)
	case o.sinceTime != "":
		at, err := time.Parse(time.RFC3339Nano, o.sinceTime)
		if err != nil {
			return opts, fmt.Errorf("--since-time: %q is not a time as in 2006-01-02T15:04:05Z", o.sinceTime)
		}
		opts.Since = at
	}
	return opts, nil
}

// watched selects the containers that are followed.
func (o logsOptions) watched(g group) client.Selection {
	if len(g.names) == 1 {
		return client.Selection{Namespace: g.names[0].Namespace, Fields: "metadata.name=" + g.names[0].Name}
	}
	return o.selection()
}
