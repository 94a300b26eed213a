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

// control is a command that changes the state of objects without changing their
// manifests.
type control struct {
	command v1alpha1.Command
	// done is printed after the name of each object.
	done, short, long, example string
}

// controls returns the commands that change the state of objects.
func controls() []control {
	return []control{
		{
			v1alpha1.CommandStop, "stopped", "Stop containers until they are started again",
			"Stop containers. They stay stopped until `reconciler start`, whatever their manifests and restart policies are, " +
				"and over restarts of the controller as well. Containers that depend on them keep running.",
			"  reconciler stop app\n  reconciler stop -l tier=backend",
		},
		{
			v1alpha1.CommandStart, "started", "Start containers",
			"Start containers: end the effect of `reconciler stop` or of a stop at the engine, and the delay after a crash. " +
				"A completed job runs again. A running container is left alone.",
			"  reconciler start app",
		},
		{
			v1alpha1.CommandRestart, "restarted", "Restart containers",
			"Stop containers and start them again, once, when their dependencies are ready. A stopped container is started.",
			"  reconciler restart app\n  reconciler restart -n shop --all",
		},
		{
			v1alpha1.CommandSuspend, "suspended", "Suspend objects: observe them without changing them",
			"Suspend objects: the controller observes them and does not change them until `reconciler resume`. " +
				"The effect is the same as suspend: true in the manifest. " +
				"An object stays suspended when its manifest is edited or deleted.",
			"  reconciler suspend app\n  reconciler suspend net/backend",
		},
		{
			v1alpha1.CommandResume, "resumed", "Resume suspended objects",
			"End the effect of `reconciler suspend`. An object whose manifest has suspend: true stays suspended. " +
				"A suspended object that no manifest declares any more is removed.",
			"  reconciler resume app",
		},
	}
}

// NewControlCommands returns the commands stop, start, restart, suspend and resume.
func NewControlCommands(a *App) []*cobra.Command {
	var out []*cobra.Command
	for _, c := range controls() {
		out = append(out, newControlCommand(a, c))
	}
	return out
}

func newControlCommand(a *App, c control) *cobra.Command {
	var s Scope
	var all bool
	cmd := &cobra.Command{
		Use:               string(c.command) + " NAME.. | KIND/NAME.. | -l SELECTOR | --all",
		Short:             c.short,
		Long:              c.long + "\n\n" + namespaceHelp,
		Example:           c.example,
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.control(cmd.Context(), s, c, all, args)
		},
	}
	s.register(cmd.Flags())
	cmd.Flags().BoolVar(&all, "all", false, "select all containers, or all objects of the kind")
	return cmd
}

// control sends the command for every object that the arguments select. The error
// joins the failures.
func (a *App) control(ctx context.Context, s Scope, what control, all bool, args []string) error {
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
			fmt.Fprintf(a.Stderr, "accepted; takes effect when this is resolved: %s\n", ready.Message)
		}
	}
	return errors.Join(failures...)
}

// dependentsFirst returns the objects in an order in which each object comes after
// its dependents.
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
			if d, found := byKey[dependent]; found {
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
