// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// checkExec succeeds if a command in the container exits with code 0.
func (d *Dialer) checkExec(ctx context.Context, c *Check) Outcome {
	executor, can := d.engine.(engine.Executor)
	if !can {
		return failuref("the engine does not support exec")
	}
	out := &headBuffer{limit: maxBody}
	code, err := executor.Exec(ctx, c.Target.ID, engine.ExecOptions{
		Command: c.Probe.Exec.Command, Stdout: out, Stderr: out,
	})
	switch {
	case ctx.Err() != nil:
		return failuref("the command did not exit within %s", c.Probe.Limit())
	case err != nil:
		return engineFailure(err)
	case code != 0:
		return failuref("%s", strings.TrimSuffix(fmt.Sprintf("exit code %d: %s", code, firstLine(out.kept.Bytes())), ": "))
	}
	return Outcome{Verdict: Success}
}

// engineFailure returns the outcome of a failed engine call. The verdict is
// Unknown if the engine or the container is not available.
func engineFailure(err error) Outcome {
	switch engine.CodeOf(err) {
	case engine.Unreachable, engine.Timeout, engine.Canceled, engine.NotFound, engine.NotRunning, engine.Paused:
		return Outcome{}
	}
	return failuref("%v", err)
}

// headBuffer keeps the first limit bytes that are written to it.
type headBuffer struct {
	limit int
	kept  bytes.Buffer
}

// Write always returns len(p) and a nil error; excess bytes are dropped.
func (h *headBuffer) Write(p []byte) (int, error) {
	if room := h.limit - h.kept.Len(); room > 0 {
		h.kept.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
