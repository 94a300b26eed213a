// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

const (
	pending = `{kind: Container, namespace: shop, name: app, age: 300h, spec: {image: app}, status: {phase: Pending, conditions: [{type: Ready, status: "False", reason: Pending}]}}`
	running = `{kind: Container, namespace: shop, name: app, age: 300h, spec: {image: app}, status: {phase: Running, conditions: [{type: Ready, status: "True", reason: Running}]}}`
	other   = `{kind: Container, namespace: blog, name: other, age: 300h, spec: {image: app}, status: {phase: Running}}`
	third   = `{kind: Container, namespace: blog, name: third, age: 300h, spec: {image: app}, status: {phase: Running}}`
)

func objects(list ...string) string { return "objects: [" + strings.Join(list, ", ") + "]\n" }

// following is a command that follows a world in this process.
type following struct {
	t      *testing.T
	world  *world
	lines  *bufio.Scanner
	cancel context.CancelFunc
	code   chan int
}

// begin starts a command that runs until the end of the test or stop.
func begin(t *testing.T, state string, args ...string) *following {
	t.Helper()
	return beginWith(t, strings.NewReader(""), state, args...)
}

// beginWith starts a command with standard input.
func beginWith(t *testing.T, stdin io.Reader, state string, args ...string) *following {
	t.Helper()
	dir, err := os.MkdirTemp("", "rt") // short, because paths of sockets are limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	f := &following{t: t, world: newWorld(dir + "/s"), code: make(chan int, 1)}
	f.become(state)
	end, err := f.world.serve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	f.cancel, f.lines = cancel, bufio.NewScanner(read)
	var running sync.WaitGroup
	running.Go(func() {
		args = append([]string{args[0], "--socket", f.world.socket}, args[1:]...)
		f.code <- Main(ctx, args, stdin, write, t.Output())
		_ = write.Close()
	})
	t.Cleanup(func() { cancel(); _ = read.Close(); running.Wait() })
	return f
}

func (f *following) become(state string) {
	f.t.Helper()
	if err := f.world.become([]byte(state)); err != nil {
		f.t.Fatal(err)
	}
}

func (f *following) watched() {
	f.t.Helper()
	if !f.world.untilWatched(time.After(time.Minute)) {
		f.t.Fatal("there is no watch")
	}
}

// want compares the words of the next lines.
func (f *following) want(lines ...string) {
	f.t.Helper()
	for _, want := range lines {
		if !f.lines.Scan() {
			f.t.Fatalf("the output ended before %q", want)
		}
		if got := strings.Join(strings.Fields(f.lines.Text()), " "); got != want {
			f.t.Fatalf("got the line %q, want %q", got, want)
		}
	}
}

// wantMatch compares the next line with a pattern.
func (f *following) wantMatch(pattern string) {
	f.t.Helper()
	if !f.lines.Scan() {
		f.t.Fatalf("the output ended before %q", pattern)
	}
	if !regexp.MustCompile(pattern).MatchString(f.lines.Text()) {
		f.t.Fatalf("got the line %q, want %q", f.lines.Text(), pattern)
	}
}

// stop interrupts the command, as Ctrl-C does, and expects exit code 0.
func (f *following) stop() {
	f.t.Helper()
	f.cancel()
	f.ends(0)
}

// ends expects the end of the output and an exit code.
func (f *following) ends(want int) {
	f.t.Helper()
	if f.lines.Scan() {
		f.t.Errorf("unexpected line: %q", f.lines.Text())
	}
	if code := <-f.code; code != want {
		f.t.Errorf("exit code %d, want %d", code, want)
	}
}

func TestGetWatch(t *testing.T) {
	t.Run("prints the objects and then each change below the same header", func(t *testing.T) {
		f := begin(t, objects(pending), "get", "ct", "-n", "shop", "-w")
		f.want("NAME READY STATUS RESTARTS AGE", "app False Pending 0 12d")
		f.watched()
		f.become(objects(pending, other))
		f.become(objects(running, other))
		f.want("app True Running 0 12d")
		f.stop()
	})
	t.Run("of one name prints no other objects", func(t *testing.T) {
		f := begin(t, objects(pending), "get", "app", "-w", "-o", "name")
		f.want("container.reconciler.dev/app")
		f.watched()
		f.become(objects(pending, other))
		f.become(objects(running, other))
		f.want("container.reconciler.dev/app")
		f.stop()
	})
	t.Run("of several names prints no other objects", func(t *testing.T) {
		f := begin(t, objects(pending, other), "get", "app", "other", "-w", "-o", "name")
		f.want("container.reconciler.dev/app", "container.reconciler.dev/other")
		f.watched()
		f.become(objects(pending, other, third))
		f.become(objects(running, other, third))
		f.want("container.reconciler.dev/app")
		f.stop()
	})
	t.Run("prints the event type with --output-watch-events", func(t *testing.T) {
		f := begin(t, objects(pending), "get", "ct", "-n", "shop", "-w", "--output-watch-events", "--no-headers")
		f.want("ADDED app False Pending 0 12d")
		f.watched()
		f.become(objects(running))
		f.want("MODIFIED app True Running 0 12d")
		f.become(objects())
		f.want("DELETED app True Running 0 12d")
		f.stop()
	})
	t.Run("of all kinds prints the kind", func(t *testing.T) {
		f := begin(t, objects(pending), "get", "-n", "shop", "-w", "--no-headers")
		f.want("container/app False Pending 0 12d")
		f.watched()
		f.become(objects(running))
		f.want("container/app True Running 0 12d")
		f.stop()
	})
	t.Run("as YAML separates the documents", func(t *testing.T) {
		f := begin(t, objects(pending), "get", "app", "-w", "-o", "yaml")
		f.want("---", "apiVersion: reconciler.dev/v1alpha1", "kind: Container")
		for f.lines.Text() != "status:" && f.lines.Scan() {
		}
		f.watched()
		f.become(objects(running))
		for f.lines.Text() != "---" && f.lines.Scan() {
		}
		f.want("apiVersion: reconciler.dev/v1alpha1", "kind: Container")
	})
}

func TestEventsWatchMetrics(t *testing.T) {
	sample := func(cpu, at string) string {
		return objects(`{kind: Container, namespace: shop, name: app, spec: {image: x}, status: {phase: Running, metrics: {cpuPercent: ` + cpu +
			`, memoryUsedBytes: 1048576, memoryLimitBytes: 2097152, networkRxBytes: 0, networkTxBytes: 0, blockReadBytes: 0, blockWriteBytes: 0, pids: 3, sampledAt: ` + at + `}}}`)
	}
	f := begin(t, sample("1.5", "2026-01-02T03:04:05Z"), "events", "--for", "app", "-w", "--type", "metrics", "--no-headers", "-n", "shop")
	f.wantMatch("cpu 1.5%, memory 1.0Mi of 2.0Mi, .* 3 pids")
	f.become(sample("2.5", "2026-01-02T03:04:15Z"))
	f.wantMatch("cpu 2.5%")
	f.stop()
}

// TestTopWatch publishes samples, which do not wake a watch.
func TestTopWatch(t *testing.T) {
	k := spec.Key{Kind: spec.KindContainer, Namespace: "shop", Name: "app"}
	report := status.Report{Key: k, Run: status.Run{ContainerID: "1", StartedAt: time.Unix(1, 0)}}
	f := begin(t, objects(running, other), "top", "app", "-w", "-n", "shop")
	measure := func(cpu float64, second int64) {
		f.world.store.Measure(map[spec.Key]status.Measured{k: {Run: report.Run, Metrics: v1alpha1.Metrics{CPUPercent: cpu, PIDs: 3, SampledAt: time.Unix(second, 0)}}})
	}
	publish(f.world.store, report)
	measure(1.5, 2)
	f.want("NAME CPU MEMORY LIMIT NET RX/TX BLOCK R/W PIDS", "app 15m 0B <none> 0B/0B 0B/0B 3")
	measure(2.5, 3)
	f.want("app 25m 0B <none> 0B/0B 0B/0B 3")
	f.stop()
}

func TestEventsWatch(t *testing.T) {
	const first = `events: [{object: Container/shop/app, type: Normal, reason: Started, message: it runs, age: 300h}]`
	const second = `events: [{object: Container/shop/app, type: Warning, reason: Exited, message: it ended, age: 300h}]`
	const elsewhere = `events: [{object: Container/blog/other, type: Warning, reason: Exited, message: it ended, age: 300h}]`
	t.Run("prints the past events and then new events", func(t *testing.T) {
		f := begin(t, first, "events", "-n", "shop", "-w")
		f.want("LAST SEEN TYPE REASON OBJECT MESSAGE", "12d Normal Started container/app it runs")
		f.watched()
		f.become(elsewhere)
		f.become(second)
		f.want("12d Warning Exited container/app it ended")
		f.stop()
	})
	t.Run("prints a repeated event again", func(t *testing.T) {
		f := begin(t, first, "events", "--for", "app", "-w", "--no-headers")
		f.want("shop 12d Normal Started container/app it runs")
		f.watched()
		f.become(first)
		f.want("shop 12d Normal Started container/app it runs")
		f.stop()
	})
}
