// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Exec has a world's containers know a few commands.
func (w *world) Exec(ctx context.Context, k spec.Key, opts v1alpha1.ExecOptions) (int, error) {
	if r, _ := w.store.Get(k); r.Status.Phase != "Running" {
		return 0, engine.Errorf("exec in "+k.String(), engine.NotRunning, "the container does not run")
	}
	switch opts.Command[0] {
	case "cat":
		_, _ = io.Copy(opts.Stdout, opts.Stdin)
	case "fail":
		fmt.Fprintln(opts.Stderr, "it failed")
		return 42, nil
	case "hang":
		<-ctx.Done()
	case "sizes": // each size, until input ends
		for {
			select {
			case <-ctx.Done():
				return 0, nil
			case size := <-opts.Resize:
				fmt.Fprintf(opts.Stdout, "%dx%d\n", size.Width, size.Height)
			}
		}
	case "line":
		fmt.Fprintln(opts.Stdout, "ready")
		line, _ := bufio.NewReader(opts.Stdin).ReadString('\r')
		fmt.Fprintf(opts.Stdout, "got %q\n", line)
		return 7, nil
	default:
		fmt.Fprintln(opts.Stdout, k, strings.Join(opts.Command, "|"), "stdin:", opts.Stdin != nil, "tty:", opts.TTY)
	}
	return 0, nil
}

// terminalRun runs a command whose standard input is a terminal; what it prints
// can be read line by line.
func terminalRun(t *testing.T, args ...string) (f *following, user *os.File) {
	t.Helper()
	user, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tty.Close(); _ = user.Close() })
	if err := pty.Setsize(user, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	return beginWith(t, tty, objects(running), args...), user
}

func TestExecOnATerminal(t *testing.T) {
	t.Run("passes each key on and ends with the command's exit code", func(t *testing.T) {
		f, user := terminalRun(t, "exec", "-it", "app", "--", "line")
		f.want("ready")
		if _, err := user.WriteString("\x03hello\r"); err != nil {
			t.Fatal(err)
		}
		f.want(`got "\x03hello\r"`)
		f.ends(7)
	})
	t.Run("tells the size of the terminal and when it changes", func(t *testing.T) {
		f, user := terminalRun(t, "exec", "-t", "app", "--", "sizes")
		f.want("80x24")
		if err := pty.Setsize(user, &pty.Winsize{Rows: 50, Cols: 132}); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
			t.Fatal(err)
		}
		f.want("132x50")
		f.cancel()
		f.ends(cli.Interrupted)
	})
}
