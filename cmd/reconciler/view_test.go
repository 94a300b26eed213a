// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// onTerminal is a command whose standard streams are a terminal.
type onTerminal struct {
	t       *testing.T
	user    *os.File
	ended   chan struct{}
	code    int // valid when ended is closed
	mu      sync.Mutex
	term    vt10x.Terminal
	raw     strings.Builder
	changed chan struct{}
}

func runOnTerminal(t *testing.T, args ...string) *onTerminal {
	t.Helper()
	user, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(user, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	o := &onTerminal{
		t: t, user: user, ended: make(chan struct{}), term: vt10x.New(vt10x.WithSize(80, 24)), changed: make(chan struct{}),
	}
	read := make(chan struct{})
	go func() { defer close(read); o.watch() }()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { defer close(o.ended); o.code = Main(ctx, args, tty, tty, tty) }()
	t.Cleanup(func() {
		cancel()
		<-o.ended
		_ = tty.Close()
		_ = user.Close()
		<-read
	})
	return o
}

func (o *onTerminal) watch() {
	buffer := make([]byte, 4096)
	for {
		n, err := o.user.Read(buffer)
		o.mu.Lock()
		_, _ = o.term.Write(buffer[:n])
		o.raw.Write(buffer[:n])
		close(o.changed)
		o.changed = make(chan struct{})
		o.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (o *onTerminal) shows(words string) {
	o.t.Helper()
	for limit := time.After(time.Minute); ; {
		o.mu.Lock()
		text, changed := o.term.String(), o.changed
		o.mu.Unlock()
		if strings.Contains(text, words) {
			return
		}
		select {
		case <-changed:
		case <-limit:
			o.t.Fatalf("the screen never shows %q:\n%s", words, text)
		}
	}
}

func (o *onTerminal) press(keys string) {
	o.t.Helper()
	if _, err := o.user.WriteString(keys); err != nil {
		o.t.Fatal(err)
	}
}

// TestRunOnATerminal uses the live view of a controller.
func TestRunOnATerminal(t *testing.T) {
	dir, err := os.MkdirTemp("", "rt") // short, because paths of sockets are limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	t.Setenv("XDG_RUNTIME_DIR", dir)
	t.Setenv("XDG_STATE_HOME", dir)
	t.Setenv("TERM", "xterm-256color")
	manifests := t.TempDir() // not dir, where the controller keeps files that are not manifests
	manifest := "apiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: app, namespace: shop}\nspec: {image: x, ports: [{container: 80, host: 8080}]}\n"
	if err := os.WriteFile(filepath.Join(manifests, "app.yaml"), []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	o := runOnTerminal(t, "run", "--engine", "memory", manifests)
	o.shows("1 of 1 ready")
	o.shows("8080->80")
	o.press("s")
	o.shows("app                  Suspended")
	o.press("s")
	o.shows("app                  Running")
	o.press("x")
	o.shows("app                  Stopped")
	o.press("x")
	o.shows("app                  Running")
	o.press("r")
	o.shows("restart app: accepted")
	o.press("l")
	o.shows("no process runs")
	o.press("q")
	o.shows("quit")
	o.press("d")
	o.shows("Source:        app.yaml:1:1")
	o.press("q")
	o.shows("quit")
	o.press("q")
	o.shows("The controller has stopped, and its in-memory engine with it.")
	if <-o.ended; o.code != 0 {
		t.Errorf("exit code %d after q, want 0", o.code)
	}
}

func TestLogColors(t *testing.T) {
	f := begin(t, objects(writesLogs("app", "Running", first), writesLogs("db", "Running", first))+
		written("Container/shop/app: [one]", "Container/shop/db: [two]"), "status")
	for _, row := range []struct{ noColor, want string }{
		{"", "\x1b[36mapp |\x1b[0m one\r\n\x1b[33mdb  |\x1b[0m two\r\n"},
		{"1", "app | one\r\ndb  | two\r\n"},
	} {
		t.Setenv("TERM", "xterm")
		t.Setenv("NO_COLOR", row.noColor)
		o := runOnTerminal(t, "logs", "app", "db", "--socket", f.world.socket)
		o.shows("two")
		<-o.ended
		o.mu.Lock()
		if got := o.raw.String(); got != row.want {
			t.Errorf("NO_COLOR=%s: %q, want %q", row.noColor, got, row.want)
		}
		o.mu.Unlock()
	}
}
