// SPDX-License-Identifier: Apache-2.0

package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// commands are the commands that containers can run.
type commands struct{}

func (commands) Exec(ctx context.Context, k spec.Key, opts v1alpha1.ExecOptions) (int, error) {
	if k.Name == "silent" {
		return 0, engine.Errorf("exec", engine.NotFound, "the container does not run")
	}
	switch opts.Command[0] {
	case "both":
		fmt.Fprint(opts.Stdout, "out")
		fmt.Fprint(opts.Stderr, "err")
	case "cat":
		_, err := io.Copy(opts.Stdout, opts.Stdin)
		return 0, err
	case "exit":
		return strconv.Atoi(opts.Command[1])
	case "size":
		fmt.Fprint(opts.Stdout, <-opts.Resize)
	case "wait":
		fmt.Fprint(opts.Stdout, "here")
		<-ctx.Done()
		return 0, ctx.Err()
	}
	return 0, nil
}

func execServer(t *testing.T) *Client {
	t.Helper()
	s := newServer(t, 16)
	publish(s, report("web", true))
	publish(s, report("silent", true))
	return s.client()
}

func TestExec(t *testing.T) {
	c := execServer(t)
	t.Run("output arrives by stream", func(t *testing.T) {
		var out, errs bytes.Buffer
		code, err := c.Exec(t.Context(), keyOf("web"), v1alpha1.ExecOptions{Command: []string{"both"}, Stdout: &out, Stderr: &errs})
		if code != 0 || err != nil || out.String() != "out" || errs.String() != "err" {
			t.Errorf("%d, %v, %q, %q", code, err, &out, &errs)
		}
	})
	t.Run("input of any size arrives, and its end", func(t *testing.T) {
		var out bytes.Buffer
		text := strings.Repeat("0123456789abcdef", 200_000)
		code, err := c.Exec(t.Context(), keyOf("web"), v1alpha1.ExecOptions{
			Command: []string{"cat"}, Stdin: iotest.HalfReader(strings.NewReader(text)), Stdout: &out,
		})
		if code != 0 || err != nil || out.String() != text {
			t.Errorf("%d, %v, %d of %d bytes", code, err, out.Len(), len(text))
		}
	})
	t.Run("the exit code arrives", func(t *testing.T) {
		code, err := c.Exec(t.Context(), keyOf("web"), v1alpha1.ExecOptions{Command: []string{"exit", "42"}})
		if code != 42 || err != nil {
			t.Errorf("%d, %v", code, err)
		}
	})
	t.Run("the size of the terminal arrives", func(t *testing.T) {
		var out bytes.Buffer
		sizes := make(chan v1alpha1.TerminalSize, 1)
		sizes <- v1alpha1.TerminalSize{Width: 80, Height: 24}
		_, err := c.Exec(t.Context(), keyOf("web"), v1alpha1.ExecOptions{
			Command: []string{"size"}, TTY: true, Stdin: strings.NewReader(""), Stdout: &out, Resize: sizes,
		})
		if err != nil || out.String() != "{80 24}" {
			t.Errorf("%v, %q", err, &out)
		}
	})
	t.Run("the command ends with the context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := c.Exec(ctx, keyOf("web"), v1alpha1.ExecOptions{Command: []string{"wait"}, Stdout: cancels(cancel)})
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	for name, k := range map[string]spec.Key{"does not run": keyOf("silent"), "is unknown": keyOf("nope")} {
		t.Run("NotFound for a container that "+name, func(t *testing.T) {
			if _, err := c.Exec(t.Context(), k, v1alpha1.ExecOptions{Command: []string{"both"}}); !apierrors.IsNotFound(err) {
				t.Error(err)
			}
		})
	}
	t.Run("BadRequest without a command", func(t *testing.T) {
		if _, err := c.Exec(t.Context(), keyOf("web"), v1alpha1.ExecOptions{}); !apierrors.IsBadRequest(err) {
			t.Error(err)
		}
	})
}

// cancels is a writer that calls a function.
type cancels func()

func (c cancels) Write(p []byte) (int, error) {
	c()
	return len(p), nil
}
