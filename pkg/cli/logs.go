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
	// tailSet and prefixSet report that the flags are set.
	tailSet, prefixSet bool
}

// selectedTail is the default of --tail for containers that are selected and not
// named, as in kubectl.
const selectedTail = 10

// NewLogsCommand returns the command `reconciler logs`.
func NewLogsCommand(a *App) *cobra.Command {
	var o logsOptions
	cmd := &cobra.Command{
		Use:     "logs [-f] NAME.. | -l SELECTOR | --all",
		Aliases: []string{"log"},
		Short:   "Show the logs of containers",
		Long: "Show the logs of containers. Lines of several containers are ordered by time and prefixed with the container " +
			"name. With -f, the command follows the logs over restarts and replacements, and includes containers that are " +
			"selected later. With names, it ends when all of these containers have completed or are gone.\n\n" + namespaceHelp,
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
	flags.BoolVar(&o.all, "all", false, "select all containers")
	flags.BoolVarP(&o.follow, "follow", "f", false, "keep showing new lines")
	flags.BoolVarP(&o.previous, "previous", "p", false, "show the log of the previous run; not available for a replaced container")
	flags.IntVar(&o.tail, "tail", -1, "number of last `lines` per container; -1 means all (default 10 with a selector or --all)")
	flags.DurationVar(&o.since, "since", 0, "show lines newer than this, for example 5m; 0 means all")
	flags.StringVar(&o.sinceTime, "since-time", "", "show lines after this `time`, for example 2006-01-02T15:04:05Z")
	flags.BoolVar(&o.timestamps, "timestamps", false, "prefix lines with their time")
	flags.BoolVar(&o.prefix, "prefix", false, "prefix lines with the container name (default for several containers)")
	flags.StringVarP(&o.output, "output", "o", "", "output `format`: json prints an object per line")
	flag.Complete(cmd, "output", "json")
	return cmd
}

func (a *App) logs(ctx context.Context, o logsOptions, args []string) error {
	if err := printer.CheckFormat(o.output, printer.FormatJSON); err != nil {
		return err
	}
	if len(args) == 0 && !o.all && !o.selects() {
		return errNoContainer
	}
	opts, err := o.logOptions(a.Now(), len(args) > 0)
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
		Open: c.LogStream, Options: opts, Print: p.print, Finite: len(g.names) > 0,
		Expected: isReplacement, Failed: warnOfLogs(a.Stderr),
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

// endedByUser returns err, or nil when an interrupt caused it.
func endedByUser(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// logOptions returns the options of the first request for each container.
func (o logsOptions) logOptions(now time.Time, named bool) (v1alpha1.LogOptions, error) {
	opts := v1alpha1.LogOptions{Tail: o.tail, Timestamps: true, Previous: o.previous}
	if !o.tailSet && !named {
		opts.Tail = selectedTail
	}
	switch {
	case o.previous && o.follow:
		return opts, errors.New("--previous and --follow cannot be used together: a previous run has ended")
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
			return opts, fmt.Errorf("--since-time: invalid time %q: must be in the form 2006-01-02T15:04:05Z", o.sinceTime)
		}
		opts.Since = at
	}
	return opts, nil
}

// watched returns the selection of the containers to follow.
func (o logsOptions) watched(g group) client.Selection {
	if len(g.names) == 1 {
		return client.Selection{Namespace: g.names[0].Namespace, Fields: "metadata.name=" + g.names[0].Name}
	}
	return o.selection()
}
