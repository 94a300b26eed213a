// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
)

// version is set by the linker for releases.
var version = ""

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Main runs one command line and returns its exit code. ctx ends at an
// interrupt.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := cli.NewApp(stdin, stdout, stderr)
	a.Version = version
	cmd := newRootCommand(a)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(ctx)
	var exit *cli.ExitError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &exit):
		flag.PrintError(stderr, err)
		return 1
	case exit.Err != nil:
		flag.PrintError(stderr, exit.Err)
	}
	return exit.Code
}
