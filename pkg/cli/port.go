// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
)

// NewPortCommand returns the command `reconciler port`.
func NewPortCommand(a *App) *cobra.Command {
	var s Scope
	var output string
	cmd := &cobra.Command{
		Use:   "port NAME [PORT[/PROTOCOL]]",
		Short: "Show the published ports of a container",
		Long: "Show the addresses at which the ports of a container are published: all ports, or one. The exit code is 1 when " +
			"the port is not published.\n\n" + nameHelp,
		Example:           "  reconciler port app\n  curl http://$(reconciler port app 8080)/",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completePort,
		RunE: func(cmd *cobra.Command, args []string) error {
			port := ""
			if len(args) > 1 {
				port = args[1]
			}
			return a.port(cmd.Context(), s, args[0], port, output)
		},
	}
	cmd.Flags().StringVarP(&s.namespace, "namespace", "n", "", "`namespace` of the container; empty means all namespaces")
	cmd.Flags().StringVarP(&output, "output", "o", "", "output `format`: json or yaml; empty means text")
	flag.Complete(cmd, "output", "json", "yaml")
	return cmd
}

// publication is one published port.
type publication struct {
	// Port is the port of the container, for example "80/tcp".
	Port string `json:"port"`
	// Address is the published address, for example "127.0.0.1:8080".
	Address string `json:"address"`
}

func (a *App) port(ctx context.Context, s Scope, name, port, output string) error {
	if err := printer.CheckFormat(output, printer.FormatJSON, printer.FormatYAML); err != nil {
		return err
	}
	g, err := s.containers(ctx, a.Client(), []string{name})
	if err != nil {
		return err
	}
	o := g.Objects[0]
	published := []publication{}
	for _, endpoint := range o.Status.Endpoints {
		address, inner, found := strings.Cut(endpoint, "->")
		if found && (port == "" || port == inner || port+"/tcp" == inner) {
			published = append(published, publication{inner, address})
		}
	}
	switch {
	case len(published) == 0 && port != "":
		return fmt.Errorf("port %s of %s (%s) is not published; see spec.ports of its manifest", port, o.Key(), o.Status.Phase)
	case output != "":
		return printer.Encode(a.Stdout, output, published)
	case len(published) == 0 && !printer.IsRunning(o):
		return fmt.Errorf("%s (%s) publishes no port now", o.Key(), o.Status.Phase)
	case len(published) == 0:
		return errors.New(o.Key().String() + " publishes no port; see spec.ports of its manifest")
	}
	for _, p := range published {
		if port != "" {
			fmt.Fprintln(a.Stdout, p.Address)
		} else {
			fmt.Fprintf(a.Stdout, "%s -> %s\n", p.Port, p.Address)
		}
	}
	return nil
}
