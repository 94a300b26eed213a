// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// maxLine is how much of a line is looked at.
const maxLine = 64 << 10

// errFound ends the reading of a log.
var errFound = errors.New("found")

// log looks for a line in what the container has written since its start. What
// was read is not read again, and once found is found for good.
func (d *Dialer) log(ctx context.Context, c *Check) Outcome {
	streamer, can := d.engine.(engine.LogStreamer)
	if !can {
		return fail("this engine tells no logs")
	}
	n := &c.notes
	if n.pattern == nil {
		pattern, err := regexp.Compile(c.Probe.Log.Pattern)
		if err != nil {
			return fail("its pattern is at fault: %v", err)
		}
		n.pattern, n.read = pattern, beginning(c.Target.Container)
	}
	out, errs := &search{notes: n}, &search{notes: n}
	err := streamer.StreamLogs(ctx, c.Target.ID, engine.LogOptions{
		Tail: -1, Since: n.read, Timestamps: true, Stdout: out, Stderr: errs,
	})
	if err == nil {
		out.end()
		errs.end()
	}
	switch {
	case n.matched:
		return Outcome{Verdict: Success}
	case err != nil && ctx.Err() == nil:
		return sawEngineError(err)
	}
	for _, s := range []*search{out, errs} {
		if err == nil && s.last.After(n.read) {
			n.read = s.last
		}
	}
	return fail("no line of its log matches")
}

// beginning is when the log of a container's run begins: halfway between its last
// end, if there was one, and its start. Engines tell a start some milliseconds
// after the first lines of it, and an end before the last lines until then.
func beginning(c *engine.Container) time.Time {
	if c.FinishedAt.IsZero() || !c.FinishedAt.Before(c.StartedAt) {
		return time.Time{}
	}
	return c.StartedAt.Add(-c.StartedAt.Sub(c.FinishedAt) / 2)
}

// search looks for a pattern in the lines written to it, which begin with their
// times.
type search struct {
	notes *notes
	line  []byte
	last  time.Time
}

// Write fails with errFound once the pattern was found.
func (s *search) Write(p []byte) (int, error) {
	n := len(p)
	for {
		part, rest, ended := bytes.Cut(p, []byte("\n"))
		if room := maxLine - len(s.line); room > 0 {
			s.line = append(s.line, part[:min(room, len(part))]...)
		}
		if !ended {
			return n, nil
		}
		if s.end(); s.notes.matched {
			return 0, errFound
		}
		p = rest
	}
}

// end looks at a line that is complete.
func (s *search) end() {
	stamp, text, _ := bytes.Cut(s.line, []byte(" "))
	if at, err := time.Parse(time.RFC3339Nano, string(stamp)); err == nil && at.After(s.last) {
		s.last = at
	}
	if len(s.line) > 0 && s.notes.pattern.Match(bytes.TrimSuffix(text, []byte("\r"))) {
		s.notes.matched = true
	}
	s.line = s.line[:0]
}
