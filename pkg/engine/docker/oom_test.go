// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"net/http"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// TestOutOfMemory is told of the kill only after the end, in whose state it is
// missing then.
func TestOutOfMemory(t *testing.T) {
	started := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	event := func(action string, after time.Duration) object {
		return object{"Type": "container", "Action": action, "Actor": object{"ID": "x"}, "timeNano": started.Add(after).UnixNano()}
	}
	oom, die := event("oom", 2*time.Second), event("die", time.Second)
	for name, tc := range map[string]struct {
		status string
		code   int
		events []object
		want   bool
	}{
		"killed for want of memory":          {"exited", 137, []object{die, oom}, true},
		"killed by somebody":                 {"exited", 137, []object{die}, false},
		"ended by itself, a child killed":    {"exited", 3, []object{oom, die}, false},
		"runs on, a child killed":            {"running", 0, []object{oom}, false},
		"killed for want of memory long ago": {"exited", 137, []object{event("oom", -time.Second), die}, false},
		"runs again since":                   {"exited", 137, []object{oom, event("start", 3*time.Second)}, false},
		"gone since":                         {"exited", 137, []object{oom, event("destroy", 3*time.Second)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			f, e := newFake(t, Options{})
			serveEvents(f, tc.events...)
			_ = e.Watch(t.Context(), time.Time{}, func() {}, func(engine.Event) {})
			c := inspected("x", "web", tc.status)
			state := c.body.(object)["State"].(object)
			state["ExitCode"], state["StartedAt"] = tc.code, started.Format(time.RFC3339Nano)
			f.answer("GET /containers/x/json", reply{http.StatusOK, c.body})
			obj, err := e.Get(t.Context(), containerID("x"))
			if err != nil {
				t.Fatal(err)
			}
			if got := obj.Container.OOMKilled; got != tc.want {
				t.Errorf("OOMKilled %v, want %v", got, tc.want)
			}
		})
	}
}
