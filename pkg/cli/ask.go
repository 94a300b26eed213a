// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
)

// ask is a command that asks something of objects, beside their manifests.
type ask struct {
	command v1alpha1.Command
	// done is what is printed after the object's name.
	done, short, long, example string
}

// The commands that change the state of objects beside their manifests.
var (
	AskStop = ask{
		v1alpha1.CommandStop, "stopped", "Stop containers and hold them so",
		"Stop containers. They stay stopped until `reconciler start`, whatever their manifests and restart\n" +
			"policies say, and after a restart of the controller too. What depends on them keeps running.",
		"  reconciler stop app\n  reconciler stop -l tier=backend",
	}
	AskStart = ask{
		v1alpha1.CommandStart, "started", "Start containers",
		"Start containers: end what `reconciler stop` or a stop at the engine began, and the delay after a\n" +
			"crash. A job that has completed runs again. One that runs is left alone.",
		"  reconciler start app",
	}
	AskRestart = ask{
		v1alpha1.CommandRestart, "restarted", "Restart containers",
		"Stop containers and start them again, once, when what they depend on is ready. One that is stopped\nis started.",
		"  reconciler restart app\n  reconciler restart -n shop --all",
	}
	AskSuspend = ask{
		v1alpha1.CommandSuspend, "suspended", "Observe objects and do not act on them",
		"Suspend objects: they are observed and shown, and never acted on, until `reconciler resume`. It is\n" +
			"the same as suspend: true in the manifest, without a change of it.",
		"  reconciler suspend app\n  reconciler suspend net/backend",
	}
	AskResume = ask{
		v1alpha1.CommandResume, "resumed", "Act on suspended objects again",
		"End what `reconciler suspend` began. An object whose manifest says suspend: true stays suspended.",
		"  reconciler resume app",
	}
)

// NewAskCommand returns the command `reconciler ask`.
func NewAskCommand(a *App, what ask) *cobra.Command {
	var s Scope
	var all bool
	cmd := &cobra.Command{
		Use:               string(what.command) + " NAME.. | KIND/NAME.. | -l SELECTOR | --all",
		Short:             what.short,
		Long:              what.long + "\n\n" + namespaceHelp,
		Example:           what.example,
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), s, what, all, args)
		},
	}
	s.register(cmd.Flags())
	cmd.Flags().BoolVar(&all, "all", false, "all containers, or all objects of the kind")
	return cmd
}

// ask asks of every object that the arguments name; each failure is told.
func (a *App) ask(ctx context.Context, s Scope, what ask, all bool, args []string) error {
	if len(args) == 0 {
		args = []string{"container"}
	}
	t, err := resource.ParseTarget(args)
	if err != nil {
		return err
	}
	if len(t.Names) == 0 && !all && !s.selects() {
		return errors.New("resource name must be provided, or --all or a selector")
	}
	c := a.Client()
	groups, err := s.find(ctx, c, t)
	if err != nil {
		return err
	}
	objects := objectsOf(groups)
	if len(objects) == 0 {
		return errors.New("no matching resources found")
	}
	var failures []error
	if what.command == v1alpha1.CommandStop {
		objects = dependentsFirst(objects)
	}
	for _, o := range objects {
		if err := c.Submit(ctx, o.Key(), what.command); err != nil {
			failures = append(failures, err)
			continue
		}
		fmt.Fprintln(a.Stdout, resource.FullName(o.Key()), what.done)
		if ready := v1alpha1.FindCondition(o.Status.Conditions, v1alpha1.ConditionReady); ready != nil && ready.Status == "Unknown" {
			fmt.Fprintf(a.Stderr, "not before this is over: %s\n", ready.Message)
		}
	}
	return errors.Join(failures...)
}

// dependentsFirst is the objects in an order in which each comes after those of
// them that need it.
func dependentsFirst(objects []v1alpha1.Object) []v1alpha1.Object {
	byKey := map[string]v1alpha1.Object{}
	for _, o := range objects {
		byKey[o.Key().String()] = o
	}
	var ordered []v1alpha1.Object
	seen := map[string]bool{}
	var visit func(o v1alpha1.Object)
	visit = func(o v1alpha1.Object) {
		key := o.Key().String()
		if seen[key] {
			return
		}
		seen[key] = true
		for _, dependent := range o.Status.Dependents {
			if d, asked := byKey[dependent]; asked {
				visit(d)
			}
		}
		ordered = append(ordered, o)
	}
	for _, o := range objects {
		visit(o)
	}
	return ordered
}
