// SPDX-License-Identifier: Apache-2.0

package offline

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/cli/settings"
	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// NewValidateCommand returns the command `reconciler validate`.
func NewValidateCommand(a *cli.App) *cobra.Command {
	var opts manifest.Options
	var output string
	cmd := &cobra.Command{
		Use:   "validate [DIR | FILE | -]..",
		Short: "Check manifests and report every error",
		Long: "Check the manifests in directories, in files, or in standard input with -, and report every error. Without " +
			"arguments, check ./manifests. It needs no engine and no controller. Each error is a line in the form " +
			"file:line:column: path: message. A warning names an object that no manifest declares and that is similar to a " +
			"declared one. Files of other tools are listed, one line for each directory. Missing dependencies, cycles and " +
			"conflicts of ports are shown by `reconciler simulate`. The exit code is 0 without errors, otherwise 1.",
		Example: "  reconciler validate manifests\n" +
			"  generate | reconciler validate -",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				dir, err := settings.Directory(cmd, args)
				if err != nil {
					return err
				}
				args = []string{dir}
			}
			return validate(a, args, opts, output)
		},
	}
	settings.RegisterManifests(cmd, &opts)
	cmd.Flags().StringVarP(&output, "output", "o", "", "output `format`: json or yaml; empty means text")
	flag.Complete(cmd, "output", "json", "yaml")
	return cmd
}

func validate(a *cli.App, paths []string, opts manifest.Options, output string) error {
	if err := printer.CheckFormat(output, printer.FormatJSON, printer.FormatYAML); err != nil {
		return err
	}
	found := validation{Faults: []fault{}}
	for _, path := range paths {
		v, err := validatePath(a.Stdin, path, opts)
		found.add(v)
		if output == "" {
			printValidation(a.Stderr, v)
		}
		if err != nil {
			return err
		}
	}
	if output != "" {
		if err := printer.Encode(a.Stdout, output, found); err != nil {
			return err
		}
	}
	switch {
	case len(found.Faults) > 0:
		return &cli.ExitError{Code: 1}
	case output == "":
		fmt.Fprintf(a.Stdout, "%d %s valid\n", found.Objects, counted(found.Objects, "object"))
	}
	return nil
}

// validation is the result of a check of manifests.
type validation struct {
	// Objects is the number of valid objects.
	Objects int     `json:"objects"`
	Faults  []fault `json:"faults"`
	// Warnings are names that are probably misspelled. OtherFiles has a line for
	// each directory with files of other tools. Neither changes the exit code.
	Warnings   []fault  `json:"warnings,omitempty"`
	OtherFiles []string `json:"otherFiles,omitempty"`
}

// add adds the result of one path.
func (f *validation) add(v manifest.Validation) {
	f.Objects += v.Objects
	for _, e := range v.Errors {
		f.Faults = append(f.Faults, faultOf(e))
	}
	for _, e := range v.Warnings {
		f.Warnings = append(f.Warnings, faultOf(e))
	}
	for _, other := range v.OtherFiles {
		f.OtherFiles = append(f.OtherFiles, other.String())
	}
}

// printValidation prints the result of one path, except the number of objects.
func printValidation(w io.Writer, v manifest.Validation) {
	for _, e := range v.Errors {
		fmt.Fprintln(w, printer.PlainText(e.Error()))
	}
	for _, e := range v.Warnings {
		fmt.Fprintln(w, "warning: "+printer.PlainText(e.Error()))
	}
	for _, other := range v.OtherFiles {
		fmt.Fprintln(w, "not read: "+printer.PlainText(other.String()))
	}
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

func validatePath(stdin io.Reader, path string, opts manifest.Options) (manifest.Validation, error) {
	if path != "-" {
		return manifest.ValidatePath(path, opts)
	}
	// One byte more than allowed, so that a longer document is an error.
	data, err := io.ReadAll(io.LimitReader(stdin, spec.MaxBytes+1))
	if err != nil {
		return manifest.Validation{}, fmt.Errorf("read standard input: %w", err)
	}
	return manifest.ValidateBytes("<stdin>", data, opts), nil
}

// counted returns the noun in the singular if n is 1, otherwise in the plural.
func counted(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// load reads a directory of manifests once. It prints warnings and errors in
// manifests and returns an error when there are any errors.
func load(ctx context.Context, a *cli.App, dir string, opts manifest.Options) (spec.Set, error) {
	source := manifest.New(dir, opts)
	set := source.Load(ctx)
	if err := source.Err(); err != nil {
		return set, err
	}
	for _, p := range set.Problems {
		_, _ = io.WriteString(a.Stderr, errorText(dir, p.Error)+"\n")
	}
	for _, w := range set.Warnings {
		_, _ = io.WriteString(a.Stderr, "warning: "+errorText(dir, w.Error)+"\n")
	}
	if n := len(set.Problems); n > 0 {
		return set, fmt.Errorf("%d %s in the manifests of %s", n, counted(n, "error"), dir)
	}
	return set, nil
}

// errorText returns an error of a manifest in dir, a directory or a file, with the
// path of the manifest from the working directory.
func errorText(dir string, e spec.Error) string {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	e.Position.File = filepath.Join(dir, e.Position.File)
	return printer.PlainText(e.Error())
}
