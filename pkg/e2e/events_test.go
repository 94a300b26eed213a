// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// engineEvent is an event of the engine for a container of the rig.
type engineEvent struct {
	Action string
	Name   string // as in the manifest
	Time   time.Time
}

func (h engineEvent) String() string { return h.Action + " " + h.Name }

// recorder records the events of the containers of one instance.
type recorder struct {
	mu   sync.Mutex
	seen []engineEvent
}

// record starts a recorder, which stops with the test.
func record(t *testing.T, instance string) *recorder {
	t.Helper()
	cmd := exec.Command("docker", "events", "--format", "{{json .}}", "--since", fmt.Sprint(time.Now().Unix()),
		"--filter", "type=container", "--filter", "label="+instanceLabel+"="+instance)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	rec := &recorder{}
	read := make(chan struct{})
	go func() {
		defer close(read)
		rec.read(out, instance)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-read
		_ = cmd.Wait()
	})
	return rec
}

func (rec *recorder) read(r io.Reader, instance string) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var ev struct {
			Action   string
			Actor    struct{ Attributes map[string]string }
			TimeNano int64
		}
		if json.Unmarshal(lines.Bytes(), &ev) != nil || strings.HasPrefix(ev.Action, "exec_") {
			continue
		}
		// A temporary name has a suffix.
		name, _, _ := strings.Cut(ev.Actor.Attributes["name"], "."+instance)
		rec.mu.Lock()
		rec.seen = append(rec.seen, engineEvent{Action: ev.Action, Name: name, Time: time.Unix(0, ev.TimeNano)})
		rec.mu.Unlock()
	}
}

// mark returns the present end of the record, for since.
func (rec *recorder) mark() int {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return len(rec.seen)
}

// since returns the events after the mark, without executed health checks.
func (rec *recorder) since(mark int, actions ...string) []engineEvent {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	var found []engineEvent
	for _, h := range rec.seen[mark:] {
		if len(actions) == 0 || slices.Contains(actions, h.Action) {
			found = append(found, h)
		}
	}
	return found
}

// requireOrder waits until the events since the mark contain the steps, "action
// name", in this order.
func (r *rig) requireOrder(mark int, steps ...string) {
	r.t.Helper()
	r.eventually("these events in order: "+strings.Join(steps, ", "), func() error {
		left := steps
		seen := r.events.since(mark)
		for _, h := range seen {
			if len(left) > 0 && h.String() == left[0] {
				left = left[1:]
			}
		}
		if len(left) > 0 {
			return fmt.Errorf("%q is missing in %v", left[0], seen)
		}
		return nil
	})
}

// latency logs the time from a moment to the first event of a step.
func (r *rig) latency(mark int, from time.Time, step string) {
	r.t.Helper()
	for _, h := range r.events.since(mark) {
		if h.String() == step {
			r.t.Logf("%s: %v after the cause", step, h.Time.Sub(from).Round(time.Millisecond))
			return
		}
	}
}
