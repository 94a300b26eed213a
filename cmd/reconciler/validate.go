// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func newValidateCommand(a *app) *cobra.Command {
	var opts manifest.Options
	cmd := &cobra.Command{
		Use:   "validate [DIR | FILE | -]..",
		Short: "Find every fault in manifests",
		Long: "Find every fault in manifests: in a directory, in files, or, as -, in standard input. Without an\n" +
			"argument that is the directory ./manifests. No engine and no controller is needed.\n" +
			"Each fault is a line, file:line:column: path: message. Exit code 0: there is none; 1: there is one.",
		Example: "  reconciler validate manifests\n" +
			"  generate | reconciler validate -",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{directory(args)}
			}
			return a.validate(args, opts)
		},
	}
	registerManifests(cmd.Flags(), &opts)
	return cmd
}

func (a *app) validate(paths []string, opts manifest.Options) error {
	objects, faults := 0, 0
	for _, path := range paths {
		n, errs, err := a.faultsOf(path, opts)
		for _, e := range errs {
			fmt.Fprintln(a.stderr, plainText(e.Error()))
		}
		if err != nil {
			return err
		}
		objects, faults = objects+n, faults+len(errs)
	}
	if faults > 0 {
		return &exitError{code: 1}
	}
	fmt.Fprintf(a.stdout, "%d %s valid\n", objects, counted(objects, "object"))
	return nil
}

func (a *app) faultsOf(path string, opts manifest.Options) (objects int, errs spec.Errors, err error) {
	if path != "-" {
		return manifest.ValidatePath(path, opts)
	}
	// One byte more than may be: what is too long is told as such.
	data, err := io.ReadAll(io.LimitReader(a.stdin, spec.MaxBytes+1))
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
