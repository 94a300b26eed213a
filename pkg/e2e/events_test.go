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

// happening is one event of the engine about one of the rig's containers.
type happening struct {
	Action string
	Name   string // as in the manifest
	Time   time.Time
}

func (h happening) String() string { return h.Action + " " + h.Name }

// recorder keeps what the engine tells of the containers of one instance.
type recorder struct {
	mu   sync.Mutex
	seen []happening
}

// record begins to listen; it ends with the test.
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
		// A temporary name is the name and more.
		name, _, _ := strings.Cut(ev.Actor.Attributes["name"], "."+instance)
		rec.mu.Lock()
		rec.seen = append(rec.seen, happening{Action: ev.Action, Name: name, Time: time.Unix(0, ev.TimeNano)})
		rec.mu.Unlock()
	}
}

// mark is a place in the record, to ask for what follows it.
func (rec *recorder) mark() int {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return len(rec.seen)
}

// since is what happened after the mark, but for the health checks.
func (rec *recorder) since(mark int, actions ...string) []happening {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	var found []happening
	for _, h := range rec.seen[mark:] {
		if len(actions) == 0 || slices.Contains(actions, h.Action) {
			found = append(found, h)
		}
	}
	return found
}

// requireOrder finds each of the steps, "action name", in this order among what
// happened since the mark. Events come late: it waits for them.
func (r *rig) requireOrder(mark int, steps ...string) {
	r.t.Helper()
	r.eventually("the engine to tell in this order: "+strings.Join(steps, ", "), func() error {
		left := steps
		seen := r.events.since(mark)
		for _, h := range seen {
			if len(left) > 0 && h.String() == left[0] {
				left = left[1:]
			}
		}
		if len(left) > 0 {
			return fmt.Errorf("%q does not follow in %v", left[0], seen)
		}
		return nil
	})
}

// latency logs how long after the moment the engine first told of the step.
func (r *rig) latency(mark int, from time.Time, step string) {
	r.t.Helper()
	for _, h := range r.events.since(mark) {
		if h.String() == step {
			r.t.Logf("%s: %v after the cause", step, h.Time.Sub(from).Round(time.Millisecond))
			return
		}
	}
}
