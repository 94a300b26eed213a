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

// maxLine limits the bytes of a line that are searched.
const maxLine = 64 << 10

// errFound stops a log stream after a match.
var errFound = errors.New("found")

// checkLog succeeds if the container has logged a matching line since its start.
// Each line is read once, and after a match the probe always succeeds.
func (d *Dialer) checkLog(ctx context.Context, c *Check) Outcome {
	streamer, can := d.engine.(engine.LogStreamer)
	if !can {
		return failuref("the engine does not support logs")
	}
	state := &c.dialState
	if state.pattern == nil {
		pattern, err := regexp.Compile(c.Probe.Log.Pattern)
		if err != nil {
			return failuref("invalid pattern: %v", err)
		}
		state.pattern, state.read = pattern, logStart(c.Target.Container)
	}
	out, errs := &logSearch{state: state}, &logSearch{state: state}
	err := streamer.StreamLogs(ctx, c.Target.ID, engine.LogOptions{
		Tail: -1, Since: state.read, Timestamps: true, Stdout: out, Stderr: errs,
	})
	if err == nil {
		out.endLine()
		errs.endLine()
	}
	switch {
	case state.matched:
		return Outcome{Verdict: Success}
	case err != nil && ctx.Err() == nil:
		return engineFailure(err)
	}
	for _, s := range []*logSearch{out, errs} {
		if err == nil && s.last.After(state.read) {
			state.read = s.last
		}
	}
	return failuref("no log line matches")
}

// logStart returns the time from which on log lines belong to the present run of
// a container. Engines report a start some milliseconds after its first lines, and
// an exit before its last lines. The result is therefore halfway between the
// previous exit and the start; zero if there is no previous exit.
func logStart(c *engine.Container) time.Time {
	if c.FinishedAt.IsZero() || !c.FinishedAt.Before(c.StartedAt) {
		return time.Time{}
	}
	return c.StartedAt.Add(-c.StartedAt.Sub(c.FinishedAt) / 2)
}

// logSearch searches for the pattern in lines that are written to it, each of
// which begins with a timestamp.
type logSearch struct {
	state *dialState
	line  []byte
	// last is the latest timestamp.
	last time.Time
}

// Write returns errFound after a match.
func (s *logSearch) Write(p []byte) (int, error) {
	n := len(p)
	for {
		part, rest, ended := bytes.Cut(p, []byte("\n"))
		if room := maxLine - len(s.line); room > 0 {
			s.line = append(s.line, part[:min(room, len(part))]...)
		}
		if !ended {
			return n, nil
		}
		if s.endLine(); s.state.matched {
			return 0, errFound
		}
		p = rest
	}
}

// endLine matches a complete line.
func (s *logSearch) endLine() {
	stamp, text, _ := bytes.Cut(s.line, []byte(" "))
	if at, err := time.Parse(time.RFC3339Nano, string(stamp)); err == nil && at.After(s.last) {
		s.last = at
	}
	if len(s.line) > 0 && s.state.pattern.Match(bytes.TrimSuffix(text, []byte("\r"))) {
		s.state.matched = true
	}
	s.line = s.line[:0]
}
