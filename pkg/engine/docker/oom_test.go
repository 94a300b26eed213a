// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/docker/docker/api/types/events"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// TestOutOfMemory covers engines that report the kill after the exit, so that the
// container's state lacks it.
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
		"killed because memory ran out":        {"exited", 137, []object{die, oom}, true},
		"killed by a user":                     {"exited", 137, []object{die}, false},
		"exited by itself, a child was killed": {"exited", 3, []object{oom, die}, false},
		"still running, a child was killed":    {"running", 0, []object{oom}, false},
		"killed in an earlier run":             {"exited", 137, []object{event("oom", -time.Second), die}, false},
		"started again since":                  {"exited", 137, []object{oom, event("start", 3*time.Second)}, false},
		"removed since":                        {"exited", 137, []object{oom, event("destroy", 3*time.Second)}, false},
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

func TestOutOfMemoryKillsAreBounded(t *testing.T) {
	var kills oomKills
	record := func(i int) {
		kills.record(events.Message{
			Type: events.ContainerEventType, Action: events.ActionOOM,
			Actor: events.Actor{ID: fmt.Sprint(i)}, TimeNano: int64(i + 1),
		})
	}
	for i := range oomKillsSize + 10 { // whose destroy events are lost
		record(i)
	}
	if got := len(kills.at); got != oomKillsSize {
		t.Fatalf("%d kills are remembered, want %d", got, oomKillsSize)
	}
	if _, kept := kills.at["9"]; kept {
		t.Error("an old kill is remembered")
	}
	if _, kept := kills.at["10"]; !kept {
		t.Error("a newer kill is forgotten")
	}
}
