// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func streamTests() []obligation {
	return []obligation{
		{"logs_are_separate_streams", streamSeparates},
		{"logs_have_timestamps", streamTimestamps},
		{"logs_are_limited_by_tail_and_time", streamSelects},
		{"logs_are_followed_until_the_exit", streamFollows},
		{"following_logs_ends_with_the_context", streamEnds},
		{"stats_measure_a_running_container", statsCount},
		{"stats_require_a_running_container", statsWantRunning},
		{"top_lists_the_processes", topLists},
	}
}

// runTalker runs a talker until it has exited, and returns its complete stdout.
func (b *bench) runTalker() (id engine.ID, stdout string) {
	b.t.Helper()
	id = b.run(b.container(b.h.Talker, "talker"))
	b.waitFor(id, "the talker has exited", exited)
	b.eventually("the log is complete", func() bool {
		var all bytes.Buffer
		b.noError(b.StreamLogs(b.ctx, id, engine.LogOptions{Tail: -1, Stdout: &all, Stderr: &all}))
		lines := strings.Split(strings.TrimSpace(all.String()), "\n")
		return lines[len(lines)-1] == b.h.Lines[len(b.h.Lines)-1]
	})
	var out bytes.Buffer
	b.noError(b.StreamLogs(b.ctx, id, engine.LogOptions{Tail: -1, Stdout: &out}))
	return id, out.String()
}

func streamSeparates(b *bench) {
	id, out := b.runTalker()
	equal(b, "stdout ends with the lines", strings.HasSuffix(out, strings.Join(b.h.Lines, "\n")+"\n"), true)
	var errs bytes.Buffer
	b.noError(b.StreamLogs(b.ctx, id, engine.LogOptions{Tail: -1, Stderr: &errs}))
	equal(b, "stderr", errs.String(), "")
	b.noError(b.StreamLogs(b.ctx, id, engine.LogOptions{Tail: -1}))
	complaint := b.run(b.container(b.h.Complainer, "complainer"))
	b.waitFor(complaint, "the complainer has exited", exited)
	b.eventually("the complaint is logged", func() bool {
		var out, errs bytes.Buffer
		b.noError(b.StreamLogs(b.ctx, complaint, engine.LogOptions{Tail: -1, Stdout: &out, Stderr: &errs}))
		equal(b, "stdout", out.String(), "")
		return errs.String() == b.h.Complaint+"\n"
	})
	b.noError(b.Remove(b.ctx, id))
	b.hasCode(b.StreamLogs(b.ctx, id, engine.LogOptions{Stdout: &errs}), engine.NotFound)
}

func streamTimestamps(b *bench) {
	id, _ := b.runTalker()
	var out bytes.Buffer
	b.noError(b.StreamLogs(b.ctx, id, engine.LogOptions{Tail: 1, Timestamps: true, Stdout: &out}))
	stamp, line, _ := strings.Cut(out.String(), " ")
	equal(b, "line", line, b.h.Lines[len(b.h.Lines)-1]+"\n")
	at, err := time.Parse(time.RFC3339Nano, stamp)
	b.noError(err)
	equal(b, "written before the start", at.Before(b.get(id).Container.StartedAt.Add(-time.Second)), false)
}

func streamSelects(b *bench) {
	id, all := b.runTalker()
	ended := b.get(id).Container.FinishedAt
	for what, row := range map[string]struct {
		opts engine.LogOptions
		want string
	}{
		"the last line":          {engine.LogOptions{Tail: 1}, b.h.Lines[len(b.h.Lines)-1] + "\n"},
		"no line":                {engine.LogOptions{Tail: 0}, ""},
		"since long ago":         {engine.LogOptions{Tail: -1, Since: ended.Add(-time.Hour)}, all},
		"since after the exit":   {engine.LogOptions{Tail: -1, Since: ended.Add(time.Hour)}, ""},
		"until before the start": {engine.LogOptions{Tail: -1, Until: ended.Add(-time.Hour)}, ""},
	} {
		var out bytes.Buffer
		row.opts.Stdout = &out
		b.noError(b.StreamLogs(b.ctx, id, row.opts))
		equal(b, what, out.String(), row.want)
	}
}

// page is a buffer for concurrent use.
type page struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.Write(b)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.String()
}

func streamFollows(b *bench) {
	id := b.create(b.container(b.h.Talker, "talker"))
	b.noError(b.Start(b.ctx, id))
	out, ended := &page{}, make(chan error, 1)
	go func() {
		ended <- b.StreamLogs(b.ctx, id, engine.LogOptions{Tail: -1, Follow: true, Stdout: out, Stderr: out})
	}()
	var err error
	b.eventually("the stream ends with the container", func() bool {
		select {
		case err = <-ended:
			return true
		default:
			return false
		}
	})
	b.noError(err)
	equal(b, "followed until the last line", strings.HasSuffix(out.String(), strings.Join(b.h.Lines, "\n")+"\n"), true)
}

func streamEnds(b *bench) {
	id := b.run(b.server("web"))
	ctx, cancel := context.WithCancel(b.ctx)
	ended := make(chan error, 1)
	go func() { ended <- b.StreamLogs(ctx, id, engine.LogOptions{Tail: -1, Follow: true, Stdout: &page{}}) }()
	cancel()
	b.hasCode(<-ended, engine.Canceled)
}

func statsCount(b *bench) {
	b.network("net")
	cfg := b.server("web", "net")
	cfg.Resources = engine.Resources{Memory: 64 << 20, PIDs: 60}
	id := b.run(cfg)
	first, err := b.Stats(b.ctx, id)
	b.noError(err)
	equal(b, "memory is used", first.MemoryBytes > 0, true)
	equal(b, "memory limit", first.MemoryLimit, 64<<20)
	equal(b, "CPU was used", first.CPUNanos > 0, true)
	equal(b, "the host has CPUs", first.OnlineCPUs > 0, true)
	equal(b, "processes run", first.PIDs > 0, true)
	equal(b, "limit of processes", first.PIDsLimit, 60)
	for range 3 { // uses some CPU time
		b.exec(id, engine.ExecOptions{Command: b.h.Tools.Say("a", "b", 0)})
	}
	if b.h.Step != nil {
		b.h.Step()
	}
	second, err := b.Stats(b.ctx, id)
	b.noError(err)
	equal(b, "time passes", second.Time.After(first.Time), true)
	equal(b, "CPU time decreases", second.CPUNanos < first.CPUNanos, false)
	equal(b, "CPU time of the host grows", second.SystemNanos > first.SystemNanos, true)
}

func statsWantRunning(b *bench) {
	id := b.create(b.server("web"))
	_, err := b.Stats(b.ctx, id)
	b.hasCode(err, engine.NotRunning)
	b.noError(b.Start(b.ctx, id))
	b.noError(b.Stop(b.ctx, id, grace))
	_, err = b.Stats(b.ctx, id)
	b.hasCode(err, engine.NotRunning)
	b.noError(b.Remove(b.ctx, id))
	_, err = b.Stats(b.ctx, id)
	b.hasCode(err, engine.NotFound)
}

func topLists(b *bench) {
	id := b.create(b.server("web"))
	_, err := b.Top(b.ctx, id)
	b.hasCode(err, engine.NotRunning)
	b.noError(b.Start(b.ctx, id))
	top, err := b.Top(b.ctx, id)
	b.noError(err)
	equal(b, "processes", len(top.Rows), 1)
	equal(b, "columns", len(top.Rows[0]), len(top.Titles))
}
