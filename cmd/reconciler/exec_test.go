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

// Exec implements a few commands in the containers of a world.
func (w *world) Exec(ctx context.Context, k spec.Key, opts v1alpha1.ExecOptions) (int, error) {
	if r, _ := w.store.Get(k); r.Status.Phase != "Running" {
		return 0, engine.Errorf("exec in "+k.String(), engine.NotRunning, "the container is not running")
	}
	switch opts.Command[0] {
	case "cat":
		_, _ = io.Copy(opts.Stdout, opts.Stdin)
	case "fail":
		fmt.Fprintln(opts.Stderr, "it failed")
		return 42, nil
	case "hang":
		<-ctx.Done()
	case "sizes": // prints each size until ctx ends
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

// terminalRun runs a command whose standard input is a terminal. Its output is read
// line by line.
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
	t.Run("passes on each key and returns the exit code of the command", func(t *testing.T) {
		f, user := terminalRun(t, "exec", "-it", "app", "--", "line")
		f.want("ready")
		if _, err := user.WriteString("\x03hello\r"); err != nil {
			t.Fatal(err)
		}
		f.want(`got "\x03hello\r"`)
		f.ends(7)
	})
	t.Run("sends the size of the terminal and its changes", func(t *testing.T) {
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
