// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// display is the screen of a terminal.
type display struct {
	mu   sync.Mutex
	term vt10x.Terminal
}

func (d *display) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.term.Write(b)
}

func (d *display) text() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.term.String()
}

// terminal runs a program on a terminal of 24 lines and 80 columns.
type terminal struct {
	r      *rig
	user   *os.File
	screen *display
	ended  chan error
}

// open starts a program on a terminal, and kills it at the end of the test.
func (r *rig) open(cmd *exec.Cmd) *terminal {
	r.t.Helper()
	user, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	r.must(err)
	term := &terminal{r: r, user: user, screen: &display{term: vt10x.New(vt10x.WithSize(80, 24))}, ended: make(chan error, 1)}
	read := make(chan struct{})
	go func() { defer close(read); _, _ = io.Copy(term.screen, user) }()
	go func() { term.ended <- cmd.Wait() }()
	r.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = user.Close()
		<-read
	})
	return term
}

// shows waits until the screen contains the words.
func (t *terminal) shows(words string) {
	t.r.t.Helper()
	t.r.eventually("the screen to show "+words, func() error {
		if text := t.screen.text(); !strings.Contains(text, words) {
			return fmt.Errorf("the screen shows\n%s", text)
		}
		return nil
	})
}

func (t *terminal) press(keys string) {
	t.r.t.Helper()
	_, err := t.user.WriteString(keys)
	t.r.must(err)
}

// waits waits until the program exits with 0.
func (t *terminal) waits() {
	t.r.t.Helper()
	select {
	case err := <-t.ended:
		t.r.must(err)
	case <-time.After(patience):
		t.r.t.Fatalf("the program does not exit; the screen shows\n%s", t.screen.text())
	}
}
