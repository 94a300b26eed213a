// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// NewValidateCommand returns the command `reconciler validate`.
func NewValidateCommand(a *App) *cobra.Command {
	var opts manifest.Options
	var output string
	cmd := &cobra.Command{
		Use:   "validate [DIR | FILE | -]..",
		Short: "Find every fault in manifests",
		Long: "Find every fault in manifests: in a directory, in files, or, as -, in standard input. Without an\n" +
			"argument that is the directory ./manifests. No engine and no controller is needed.\n" +
			"Each fault is a line, file:line:column: path: message. Exit code 0: there is none; 1: there is one.",
		Example: "  reconciler validate manifests\n" +
			"  generate | reconciler validate -",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				dir, err := directory(cmd, args)
				if err != nil {
					return err
				}
				args = []string{dir}
			}
			return a.validate(args, opts, output)
		},
	}
	registerManifests(cmd.Flags(), &opts)
	cmd.Flags().StringVarP(&output, "output", "o", "", "json or yaml, or nothing for text")
	return cmd
}

func (a *App) validate(paths []string, opts manifest.Options, output string) error {
	if err := checkFormat(output, formatJSON, formatYAML); err != nil {
		return err
	}
	found := validation{Faults: []fault{}}
	for _, path := range paths {
		n, errs, err := a.faultsOf(path, opts)
		for _, e := range errs {
			found.Faults = append(found.Faults, faultOf(e))
			if output == "" {
				fmt.Fprintln(a.Stderr, plainText(e.Error()))
			}
		}
		if err != nil {
			return err
		}
		found.Objects += n
	}
	if output != "" {
		if err := encodeTo(a.Stdout, output, found); err != nil {
			return err
		}
	}
	switch {
	case len(found.Faults) > 0:
		return &ExitError{Code: 1}
	case output == "":
		fmt.Fprintf(a.Stdout, "%d %s valid\n", found.Objects, counted(found.Objects, "object"))
	}
	return nil
}

// validation is what was found in manifests.
type validation struct {
	// Objects is how many are valid.
	Objects int     `json:"objects"`
	Faults  []fault `json:"faults"`
}

type fault struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Path    string `json:"path,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

func faultOf(e spec.Error) fault {
	return fault{e.Position.File, e.Position.Line, e.Position.Column, e.Path, e.Message, e.Hint}
}

func (a *App) faultsOf(path string, opts manifest.Options) (objects int, errs spec.Errors, err error) {
	if path != "-" {
		return manifest.ValidatePath(path, opts)
	}
	// One byte more than may be: what is too long is told as such.
	data, err := io.ReadAll(io.LimitReader(a.Stdin, spec.MaxBytes+1))
	if err != nil {
		return 0, nil, fmt.Errorf("read standard input: %w", err)
	}
	objects, errs = manifest.ValidateBytes("<stdin>", data, opts)
	return objects, errs, nil
}

// counted is the noun in the number of n.
func counted(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
