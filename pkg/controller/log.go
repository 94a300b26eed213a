// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"log/slog"
	"strconv"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// begin registers the reconciliation of a key and returns its ID, which its log
// lines and events contain.
func (s *state) begin(k spec.Key) string {
	id := s.run + "-" + strconv.FormatUint(s.passes.Add(1), 36)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[k] = id
	return id
}

// end ends the reconciliation of a key.
func (s *state) end(k spec.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, k)
}

// logDecision logs a decision and its reasons at debug level.
func logDecision(ctx context.Context, log *slog.Logger, w world, d plan.Decision) {
	if !log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	obj, _ := w.Object(d.Key)
	args := []any{"generation", obj.Generation, "phase", string(plan.PhaseOf(w.World, d))}
	if len(d.Actions) > 0 {
		args = append(args, "actions", texts(d.Actions, plan.Action.String))
	}
	if len(d.Blocked) > 0 {
		args = append(args, "blocked", texts(d.Blocked, func(b plan.Blocker) string {
			return b.Key.String() + ": " + string(b.Reason) + ": " + b.Message
		}))
	}
	if d.RequeueAfter > 0 {
		args = append(args, "requeueAfter", d.RequeueAfter)
	}
	log.Debug("decided", args...)
}

// texts returns the text of each element.
func texts[T any](all []T, text func(T) string) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = text(v)
	}
	return out
}
