// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// getOptions are the flags of get.
type getOptions struct {
	Scope
	output      string
	sortBy      string
	watch       bool
	watchEvents bool
	noHeaders   bool
}

// NewGetCommand returns the command `reconciler get`.
func NewGetCommand(a *App) *cobra.Command {
	var o getOptions
	cmd := &cobra.Command{
		Use:   "get [KIND | KIND/NAME.. | NAME..]",
		Short: "List objects and their status",
		Long: "List objects and their status. The kinds are containers (ct), networks (net), volumes (vol), configs (cfg), " +
			"secrets (sec) and manifests (mf: files that declare no usable object). Without a kind, all are listed.\n\n" + namespaceHelp,
		Example: "  reconciler get\n" +
			"  reconciler get containers -n shop -o wide\n" +
			"  reconciler get app net/backend\n" +
			"  reconciler get ct -l tier=backend -w\n" +
			"  reconciler get ct -o jsonpath='{.items[*].status.endpoints[0]}'\n" +
			"  reconciler get ct --sort-by .status.restarts \\\n" +
			"    -o custom-columns=NAME:.metadata.name,IMAGE:.spec.image",
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.get(cmd.Context(), o, args)
		},
	}
	flags := cmd.Flags()
	o.register(flags)
	flags.StringVarP(&o.output, "output", "o", "", printer.LayoutHelp)
	flags.StringVar(&o.sortBy, "sort-by", "", "sort by the value at this `path`, for example .metadata.creationTimestamp")
	flags.BoolVarP(&o.watch, "watch", "w", false, "keep showing changes")
	flags.BoolVar(&o.watchEvents, "output-watch-events", false, "with -w, print the event type")
	flags.BoolVar(&o.noHeaders, "no-headers", false, "omit the headers")
	flag.Complete(cmd, "output", "wide", "json", "yaml", "name", "jsonpath=", "custom-columns=")
	return cmd
}

func (a *App) get(ctx context.Context, o getOptions, args []string) error {
	layout, err := printer.ParseLayout(o.output)
	if err != nil {
		return err
	}
	t, err := resource.ParseTarget(args)
	if err != nil {
		return err
	}
	c := a.Client()
	groups, err := o.find(ctx, c, t)
	if err != nil {
		return err
	}
	if o.sortBy != "" {
		if err := printer.SortGroups(printable(groups), o.sortBy); err != nil {
			return err
		}
	}
	p := &printer.Objects{
		Layout:     layout,
		Table:      printer.Table{Out: a.Stdout, Wide: layout.Format == printer.FormatWide, NoHeaders: o.noHeaders},
		Now:        a.Now,
		Namespaces: o.Namespace() == "",
		Kinds:      len(groups) > 1,
	}
	if o.watch {
		return a.watchGroups(ctx, c, o, groups, p)
	}
	if len(objectsOf(groups)) == 0 && layout.Empty() {
		fmt.Fprintln(a.Stderr, o.NoneFound())
		return nil
	}
	return p.Groups(printable(groups), len(t.Names) == 1)
}

// watchGroups prints the objects and then each change of them.
func (a *App) watchGroups(ctx context.Context, c *client.Client, o getOptions, groups []group, p *printer.Objects) error {
	for _, g := range groups {
		if p.Layout.Tabular() && len(g.Objects) > 0 && !o.watchEvents {
			p.Table.Separate()
			p.Rows(g.Kind, g.Objects, "")
			continue
		}
		for _, object := range g.Objects {
			if err := p.Change(g.Kind, object, o.event("ADDED")); err != nil {
				return err
			}
		}
	}
	var printing sync.Mutex
	all, ctx := errgroup.WithContext(ctx)
	for _, g := range groups {
		all.Go(func() error {
			return c.Follow(ctx, g.Kind, o.selection(g), g.version, func(change client.Change[v1alpha1.Object]) error {
				if change.Object.Name == "" || !g.contains(change.Object) {
					return nil
				}
				printing.Lock()
				defer printing.Unlock()
				return p.Change(g.Kind, change.Object, o.event(string(change.Type)))
			})
		})
	}
	return all.Wait()
}

// event returns the type of a change with --output-watch-events, otherwise "".
func (o getOptions) event(changeType string) string {
	if !o.watchEvents {
		return ""
	}
	return changeType
}

// selection returns the selection of a watch of the group.
func (o getOptions) selection(g group) client.Selection {
	sel := o.Scope.selection()
	if len(g.names) == 1 {
		sel.Namespace, sel.Fields = g.names[0].Namespace, "metadata.name="+g.names[0].Name
	}
	return sel
}

// contains reports whether an object of the kind belongs to the group.
func (g group) contains(o v1alpha1.Object) bool {
	return len(g.names) == 0 || slices.Contains(g.names, o.Key())
}

// filter returns the objects that belong to the group.
func (g group) filter(objects []v1alpha1.Object) (out []v1alpha1.Object) {
	for _, o := range objects {
		if g.contains(o) {
			out = append(out, o)
		}
	}
	return out
}
