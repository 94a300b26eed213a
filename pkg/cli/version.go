// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
)

// BuildInfo identifies a build.
type BuildInfo struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Build returns the build of this program; version is empty when the linker set
// none.
func Build(version string) BuildInfo {
	b := BuildInfo{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				b.Revision = s.Value
			}
		}
		if b.Version == "" && info.Main.Version != "(devel)" {
			b.Version = info.Main.Version
		}
	}
	if b.Version == "" {
		b.Version = "v0.0.0-dev"
	}
	return b
}

// NewVersionCommand returns the command `reconciler version`.
func NewVersionCommand(a *App) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  reconciler version\n  reconciler version -o json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := Build(a.Version)
			switch output {
			case "":
				fmt.Fprintf(a.Stdout, "reconciler %s (%s, %s)\n", b.Version, b.Go, b.Platform)
				return nil
			case "json":
				enc := json.NewEncoder(a.Stdout)
				enc.SetIndent("", "    ")
				return enc.Encode(b)
			}
			return fmt.Errorf("unknown output format %q: must be json", output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "output `format`: json; empty means text")
	flag.Complete(cmd, "output", "json")
	return cmd
}
