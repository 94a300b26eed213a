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
		Short: "Show the controller's health",
		Long: "Show the health of the controller: its engine, its manifests and its queue. The exit code is 0 when the " +
			"controller is healthy, and 1 when it is not or when no controller answers.",
		Example: "  reconciler status\n  reconciler status --instance shop -o json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.status(cmd.Context(), output) },
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "output `format`: json or yaml; empty means text")
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

// healthy reports whether the controller can reconcile all objects.
func healthy(s v1alpha1.Controller) bool {
	return s.EngineHealthy && s.WatchHealthy && s.Synced && s.SourceComplete
}

// printStatus prints a line per part; access is nil when only the socket is served.
func (a *App) printStatus(s v1alpha1.Controller, access *v1alpha1.Access) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%s:\t%s\n", name, printer.PlainText(fmt.Sprintf(format, args...)))
	}
	line("Instance", "%s", s.Instance)
	line("Controller", "%s, process %d, up %s", s.Version, s.PID, a.since(s.StartedAt))
	line("Manifests", "%s, %s", s.Directory, healthText(s.SourceComplete, "all read", "not all read", s.SourceError))
	a.printOtherFiles(s.OtherFiles, line)
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
	line("Engine", "%s%s", engine, healthText(s.EngineHealthy, "answers", "does not answer", s.EngineError))
	line("Events", "%s", healthText(s.WatchHealthy, "connected", "not connected", ""))
	relist := "never"
	if s.LastRelist != nil {
		relist = a.since(*s.LastRelist) + " ago"
	}
	line("Last listing", "%s", relist)
	line("First pass", "%s", healthText(s.Synced, "complete", "not complete", ""))
	line("Queue", "%d", s.QueueDepth)
	line("Objects", "%d, %d ready", s.Objects, s.Ready)
	if n := len(s.Withheld); n > 0 {
		line("Withheld", "%d deletions of objects that are no longer declared; approve them with `%s approve%s`", n, Program(), a.InstanceFlag())
	}
	return w.Flush()
}

// maxOtherFiles is the maximum number of directories with files of other tools that
// the status lists.
const maxOtherFiles = 5

// printOtherFiles prints a line for each directory with files of other tools.
func (a *App) printOtherFiles(directories []string, line func(name, format string, args ...any)) {
	shown := directories
	if len(shown) > maxOtherFiles {
		shown = shown[:maxOtherFiles]
	}
	for _, text := range shown {
		line("Not read", "%s", text)
	}
	if more := len(directories) - len(shown); more > 0 {
		line("Not read", "files in %d more directories; `%s validate` lists them, and .reconcilerignore excludes them", more, Program())
	}
}

// healthText returns the word for a healthy part, otherwise the other word and the
// reason.
func healthText(good bool, yes, no, why string) string {
	switch {
	case good:
		return yes
	case why != "":
		return no + ": " + why
	}
	return no
}
