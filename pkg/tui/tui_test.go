// SPDX-License-Identifier: Apache-2.0

package tui_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
	"github.com/hinshun/vt10x"
	"go.uber.org/goleak"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
	"github.com/pact-toolbox/reconciler/pkg/tui"
)

var update = flag.Bool("update", false, "update the golden files in testdata")

// TestMain reports leaked goroutines, except the reader of the library, which
// blocks on a key that arrives while its program ends.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/charmbracelet/ultraviolet.(*TerminalReader).sendEvents"))
}

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// screen is a view on a terminal with its user.
type screen struct {
	t        *testing.T
	store    *status.Store
	messages *tui.Messages
	user     *os.File
	done     chan error
	cancel   context.CancelFunc

	mu       sync.Mutex
	term     vt10x.Terminal
	raw      strings.Builder
	changed  chan struct{}
	commands []string
	logs     map[string]string
	more     chan struct{}
	// held keeps log from returning at the end of the view; nil does not.
	held chan struct{}
}

func show(t *testing.T, cols, rows int, reports ...status.Report) *screen {
	t.Helper()
	return showIn(t, []string{"TERM=xterm-256color"}, cols, rows, reports...)
}

// showIn is like show with the given environment.
func showIn(t *testing.T, environ []string, cols, rows int, reports ...status.Report) *screen {
	t.Helper()
	user, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(user, &pty.Winsize{Rows: uint16(rows), Cols: uint16(cols)}); err != nil {
		t.Fatal(err)
	}
	s := &screen{
		t: t, store: status.NewStore(status.Options{}), messages: &tui.Messages{}, user: user, done: make(chan error, 1),
		term: vt10x.New(vt10x.WithSize(cols, rows)), changed: make(chan struct{}), logs: map[string]string{}, more: make(chan struct{}),
	}
	for _, r := range reports {
		publish(s.store, r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.cancel = cancel
	read := make(chan struct{})
	go func() { defer close(read); s.watch() }()
	go func() {
		s.done <- tui.Run(ctx, tui.Options{
			Store: s.store, Controller: controller, Submit: s.submit, Logs: s.log, Describe: describe, Messages: s.messages,
			Now: func() time.Time { return epoch }, Input: tty, Output: tty, Environ: environ,
		})
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-s.done:
			if err != nil {
				t.Errorf("the view ended with %v", err)
			}
		case <-time.After(time.Minute):
			t.Error("the view does not end")
		}
		_ = tty.Close()
		_ = user.Close()
		<-read
	})
	return s
}

// watch copies the output of the view to the terminal.
func (s *screen) watch() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.user.Read(buffer)
		s.mu.Lock()
		_, _ = s.term.Write(buffer[:n])
		s.raw.Write(buffer[:n])
		close(s.changed)
		s.changed = make(chan struct{})
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (s *screen) text() (string, chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for line := range strings.SplitSeq(s.term.String(), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n", s.changed
}

// until waits for a screen that matches is, and returns it.
func (s *screen) until(what string, is func(string) bool) string {
	s.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		text, changed := s.text()
		if is(text) {
			return text
		}
		select {
		case <-changed:
		case <-limit:
			s.t.Fatalf("the screen never shows %s:\n%s", what, text)
		}
	}
}

func (s *screen) shows(words string) string {
	s.t.Helper()
	return s.until(words, func(text string) bool { return strings.Contains(text, words) })
}

func (s *screen) hides(words string) {
	s.t.Helper()
	s.until("no "+words, func(text string) bool { return !strings.Contains(text, words) })
}

// golden waits for the screen in a golden file. The marker appears only on that
// screen.
func (s *screen) golden(name, marker string) {
	s.t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(s.shows(marker)), 0o600); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	s.shows(marker)
	limit := time.After(10 * time.Second)
	for {
		text, changed := s.text()
		diff := cmp.Diff(string(want), text)
		if diff == "" {
			return
		}
		select {
		case <-changed:
		case <-limit:
			s.t.Fatalf("screen of %s (-want +got):\n%s", name, diff)
		}
	}
}

func (s *screen) press(keys string) {
	s.t.Helper()
	if _, err := s.user.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

func (s *screen) submit(k spec.Key, cmd plan.Command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, string(cmd)+" "+k.String())
	if k.Name == "locked" {
		return fmt.Errorf("%s is locked", k.Name)
	}
	return nil
}

// log writes the log of a container, and a further line per message on s.more.
func (s *screen) log(ctx context.Context, k spec.Key, opts v1alpha1.LogOptions, w io.Writer) error {
	s.mu.Lock()
	text := s.logs[k.Name]
	s.mu.Unlock()
	if opts.Since.IsZero() {
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	for {
		select {
		case <-ctx.Done():
			if s.held != nil {
				<-s.held
			}
			return ctx.Err()
		case <-s.more:
			if _, err := io.WriteString(w, "one more\n"); err != nil {
				return err
			}
		}
	}
}

func describe(k spec.Key) string { return "Name:  " + k.Name + "\nKind:  " + string(k.Kind) + "\n" }

func controller() v1alpha1.Controller {
	return v1alpha1.Controller{
		Instance: "default", Directory: "./manifests", Engine: "docker", EngineVersion: "20.10.24",
		EngineHealthy: true, Synced: true, SourceComplete: true, WatchHealthy: true,
	}
}

// resize changes the size of the terminal and sends the signal of a window change.
func (s *screen) resize(cols, rows int) {
	s.t.Helper()
	s.mu.Lock()
	s.term.Resize(cols, rows)
	s.mu.Unlock()
	if err := pty.Setsize(s.user, &pty.Winsize{Rows: uint16(rows), Cols: uint16(cols)}); err != nil {
		s.t.Fatal(err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
		s.t.Fatal(err)
	}
}
