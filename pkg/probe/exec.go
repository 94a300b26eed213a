// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// exec runs a command in the container.
func (d *Dialer) exec(ctx context.Context, c *Check) Outcome {
	executor, can := d.engine.(engine.Executor)
	if !can {
		return fail("this engine runs no commands")
	}
	out := &head{limit: maxBody}
	code, err := executor.Exec(ctx, c.Target.ID, engine.ExecOptions{
		Command: c.Probe.Exec.Command, Stdout: out, Stderr: out,
	})
	switch {
	case ctx.Err() != nil:
		return fail("it did not end within %s", c.Probe.Limit())
	case err != nil:
		return sawEngineError(err)
	case code != 0:
		return fail("%s", strings.TrimSuffix(fmt.Sprintf("exit code %d: %s", code, seen(out.kept.Bytes())), ": "))
	}
	return Outcome{Verdict: Success}
}

// sawEngineError is the outcome when the engine does not do what a probe needs:
// that it is away, or the container is, is no failure of the probe.
func sawEngineError(err error) Outcome {
	switch engine.CodeOf(err) {
	case engine.Unreachable, engine.Timeout, engine.Canceled, engine.NotFound, engine.NotRunning, engine.Paused:
		return Outcome{}
	}
	return fail("%v", err)
}

// head keeps the beginning of what is written to it.
type head struct {
	limit int
	kept  bytes.Buffer
}

// Write never fails: what is too much is dropped.
func (h *head) Write(p []byte) (int, error) {
	if room := h.limit - h.kept.Len(); room > 0 {
		h.kept.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
