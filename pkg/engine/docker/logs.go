// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/docker/docker/pkg/stdcopy"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// maxLine is the length in bytes at which Logs cuts a line.
const maxLine = 16 << 10

// Logs returns the last lines of a container's output, both streams in the order
// in which the engine wrote them; see engine.Reader. Lines over 16 KiB are cut.
func (s *streams) Logs(ctx context.Context, id engine.ID, lines int) ([]string, error) {
	if lines <= 0 {
		return nil, nil
	}
	ctx, cancel := s.deadline(ctx, s.timeout)
	defer cancel()
	tail := &lineTail{max: lines}
	err := s.StreamLogs(ctx, id, engine.LogOptions{Tail: lines, Stdout: tail, Stderr: tail})
	if err != nil {
		return nil, err
	}
	return tail.finish(), nil
}

// StreamLogs writes a container's output; see engine.LogStreamer. Only
// the deadline of ctx applies.
func (s *streams) StreamLogs(ctx context.Context, id engine.ID, opts engine.LogOptions) error {
	o := op{verb: verbLogs, target: id.String()}
	var tty bool
	err := s.callOn(ctx, verbLogs, id, func(ctx context.Context, cli *client.Client) error {
		c, err := cli.ContainerInspect(ctx, id.Value)
		tty = err == nil && c.Config.Tty
		return err
	})
	if err != nil || opts.Stdout == nil && opts.Stderr == nil {
		return err
	}
	stream, err := s.client.Load().ContainerLogs(ctx, id.Value, logOptions(opts))
	if err != nil {
		return classify(ctx, o, err)
	}
	defer func() { _ = stream.Close() }()
	out, errs := orDiscard(opts.Stdout), orDiscard(opts.Stderr)
	if tty {
		_, err = io.Copy(out, stream)
	} else {
		_, err = stdcopy.StdCopy(out, errs, stream)
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return classify(ctx, o, err)
}

func logOptions(opts engine.LogOptions) container.LogsOptions {
	out := container.LogsOptions{
		ShowStdout: opts.Stdout != nil, ShowStderr: opts.Stderr != nil,
		Timestamps: opts.Timestamps, Follow: opts.Follow, Tail: "all",
	}
	if opts.Tail >= 0 {
		out.Tail = strconv.Itoa(opts.Tail)
	}
	if !opts.Since.IsZero() {
		out.Since = opts.Since.UTC().Format(time.RFC3339Nano)
	}
	if !opts.Until.IsZero() {
		out.Until = opts.Until.UTC().Format(time.RFC3339Nano)
	}
	return out
}

// lineTail is a writer that keeps the last lines written to it.
type lineTail struct {
	max   int
	lines []string
	open  []byte // the line that has no end yet
}

func (t *lineTail) Write(p []byte) (int, error) {
	n := len(p)
	for {
		line, rest, ended := bytes.Cut(p, []byte("\n"))
		if room := maxLine - len(t.open); room > 0 {
			t.open = append(t.open, line[:min(room, len(line))]...)
		}
		if !ended {
			return n, nil
		}
		t.endLine()
		p = rest
	}
}

func (t *lineTail) endLine() {
	if len(t.lines) == t.max {
		t.lines = t.lines[1:]
	}
	t.lines = append(t.lines, strings.TrimSuffix(string(t.open), "\r"))
	t.open = t.open[:0]
}

// finish returns the lines, including a last one without a line feed.
func (t *lineTail) finish() []string {
	if len(t.open) > 0 {
		t.endLine()
	}
	return t.lines
}
