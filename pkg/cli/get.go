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
		Short: "Show objects and how they are",
		Long: "Show objects and how they are. The kinds are containers (ct), networks (net), volumes (vol)\n" +
			"and manifests (mf: files that declare nothing usable); without one, all are shown.\n\n" + namespaceHelp,
		Example: "  reconciler get\n" +
			"  reconciler get containers -n shop -o wide\n" +
			"  reconciler get app net/backend\n" +
			"  reconciler get ct -l tier=backend -w\n" +
			"  reconciler get ct -o jsonpath='{.items[*].status.endpoints[0]}'\n" +
			"  reconciler get ct -o custom-columns=NAME:.metadata.name,IMAGE:.spec.image --sort-by .status.restarts",
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.get(cmd.Context(), o, args)
		},
	}
	flags := cmd.Flags()
	o.register(flags)
	flags.StringVarP(&o.output, "output", "o", "", printer.LayoutHelp)
	flags.StringVar(&o.sortBy, "sort-by", "", "order by the value at a path, such as .metadata.creationTimestamp")
	flags.BoolVarP(&o.watch, "watch", "w", false, "go on showing what changes")
	flags.BoolVar(&o.watchEvents, "output-watch-events", false, "with -w, say of each change what it is")
	flags.BoolVar(&o.noHeaders, "no-headers", false, "leave the headers out")
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
		Namespaces: o.In() == "",
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

// watchGroups prints what was found and then each change of it.
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
				if change.Object.Name == "" || !g.has(change.Object) {
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

// event is what is shown of the type of a change.
func (o getOptions) event(changeType string) string {
	if !o.watchEvents {
		return ""
	}
	return changeType
}

// selection selects the group in a watch.
func (o getOptions) selection(g group) client.Selection {
	sel := o.Scope.selection()
	if len(g.names) == 1 {
		sel.Namespace, sel.Fields = g.names[0].Namespace, "metadata.name="+g.names[0].Name
	}
	return sel
}

// has reports that an object of the kind is one of the group.
func (g group) has(o v1alpha1.Object) bool {
	return len(g.names) == 0 || slices.Contains(g.names, o.Key())
}

// only are those of the objects that are of the group.
func (g group) only(objects []v1alpha1.Object) (out []v1alpha1.Object) {
	for _, o := range objects {
		if g.has(o) {
			out = append(out, o)
		}
	}
	return out
}
