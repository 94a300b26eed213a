// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// lines are log records, written from several goroutines.
type lines struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(p)
}

// records returns the records with a message.
func (l *lines) records(t *testing.T, message string) []map[string]any {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []map[string]any
	for line := range strings.Lines(l.out.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		if record["msg"] == message {
			out = append(out, record)
		}
	}
	return out
}

func TestAFailedActionIsLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		out := &lines{}
		r.start(func(c *controller.Config) { c.Logger = slog.New(slog.NewJSONHandler(out, nil)) })
		defer func() { r.stop() }()
		var failures int
		r.hook(func(_ context.Context, a plan.Action) error {
			if a.Verb == plan.Create && a.Key == key("db") && failures == 0 {
				failures++
				return engine.Errorf("create", engine.Unknown, "boom")
			}
			return nil
		})
		r.controller.SetDesired(set(web("db")))
		r.settle()
		if failed := out.records(t, "action failed"); failures != 1 || len(failed) != 1 {
			t.Errorf("%d failures, logged as %v", failures, failed)
		}
		if again := out.records(t, "reconcile failed"); len(again) > 0 {
			t.Errorf("logged again as %v", again)
		}
	})
}

func TestLogTiesTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		out := &lines{}
		r.start(func(c *controller.Config) {
			c.Logger = slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		defer func() { r.stop() }()
		r.controller.SetDesired(set(web("db"), web("web", "absent")))
		r.settle()

		acted := out.records(t, "action completed")
		i := slices.IndexFunc(acted, func(m map[string]any) bool { return strings.HasPrefix(m["action"].(string), "create db.default") })
		if i < 0 {
			t.Fatalf("no creation of db in %v", acted)
		}
		id := acted[i]["reconcileID"].(string)
		decided := out.records(t, "decided")
		if !slices.ContainsFunc(decided, func(m map[string]any) bool {
			actions, _ := m["actions"].([]any)
			return m["reconcileID"] == id && slices.Contains(actions, any("create db.default (Missing)"))
		}) {
			t.Errorf("the decision behind action %s is not logged with its reason: %v", id, decided)
		}
		if !slices.ContainsFunc(decided, func(m map[string]any) bool {
			blocked, _ := m["blocked"].([]any)
			return m["key"] == "Container/default/web" && len(blocked) > 0 &&
				strings.HasPrefix(blocked[0].(string), "Container/default/absent: DependencyNotFound: ")
		}) {
			t.Errorf("the blockers of web are not logged: %v", decided)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, e := range r.events {
			if e.ReconcileID == "" {
				t.Errorf("an event without the ID of its pass: %+v", e)
			}
			if e.Key == key("db") && e.Reason == "Created" && e.ReconcileID != id {
				t.Errorf("the event of action %s has the ID %s", id, e.ReconcileID)
			}
		}
	})
}
