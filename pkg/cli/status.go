// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
)

// NewStatusCommand returns the command `reconciler status`.
func NewStatusCommand(a *App) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show how the controller itself does",
		Long: "Show how the controller itself does: its engine, its manifests, its queue. The exit code is 0\n" +
			"when it works, and 1 when it does not, or when no controller answers.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.status(cmd.Context(), output) },
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "json or yaml, or nothing for text")
	flag.Complete(cmd, "output", "json", "yaml")
	return cmd
}

func (a *App) status(ctx context.Context, output string) error {
	if err := printer.CheckFormat(output, printer.FormatJSON, printer.FormatYAML); err != nil {
		return err
	}
	s, err := a.Client().Status(ctx)
	if err != nil {
		return err
	}
	if output != "" {
		err = printer.Encode(a.Stdout, output, s)
	} else {
		var access *v1alpha1.Access
		if listens, err := a.Client().Access(ctx); err == nil {
			access = &listens
		}
		err = a.printStatus(s, access)
	}
	if err == nil && !healthy(s) {
		return &ExitError{Code: 1}
	}
	return err
}

// healthy reports that the controller does its work.
func healthy(s v1alpha1.Controller) bool {
	return s.EngineHealthy && s.WatchHealthy && s.Synced && s.SourceComplete
}

// printStatus prints a line for each thing; access is nil where the socket alone
// is served.
func (a *App) printStatus(s v1alpha1.Controller, access *v1alpha1.Access) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%s:\t%s\n", name, printer.PlainText(fmt.Sprintf(format, args...)))
	}
	line("Instance", "%s", s.Instance)
	line("Controller", "%s, process %d, up %s", s.Version, s.PID, a.since(s.StartedAt))
	line("Manifests", "%s, %s", s.Directory, told(s.SourceComplete, "all read", "not all read", s.SourceError))
	line("Socket", "%s", a.SocketPath())
	if access != nil {
		line("Listens", "%s", access.Server)
	}
	engine := s.Engine
	if s.EngineVersion != "" {
		engine += " " + s.EngineVersion
	}
	if engine != "" {
		engine += ", "
	}
	line("Engine", "%s%s", engine, told(s.EngineHealthy, "answers", "does not answer", s.EngineError))
	line("Events", "%s", told(s.WatchHealthy, "followed", "not followed", ""))
	relist := "never"
	if s.LastRelist != nil {
		relist = a.since(*s.LastRelist) + " ago"
	}
	line("Last list", "%s", relist)
	line("First pass", "%s", told(s.Synced, "done", "not done", ""))
	line("Queue", "%d", s.QueueDepth)
	line("Objects", "%d, %d ready", s.Objects, s.Ready)
	if n := len(s.Withheld); n > 0 {
		line("Withheld", "%d that no manifest declares any more: `%s approve%s` has them removed", n, Program(), a.InstanceFlag())
	}
	return w.Flush()
}

// told is the good word, or the bad one and why.
func told(good bool, yes, no, why string) string {
	switch {
	case good:
		return yes
	case why != "":
		return no + ": " + why
	}
	return no
}
