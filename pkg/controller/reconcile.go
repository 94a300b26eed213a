// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"runtime/debug"
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// reconciler reconciles one key at a time on each of its workers.
type reconciler struct {
	*publisher
	slots *slots
}

// outcome is the result of the reconciliation of a key.
type outcome struct {
	// decision is the last decision.
	decision plan.Decision
	// acted reports whether actions were carried out. err is the error of the last
	// one, or of a read of the engine.
	acted bool
	err   error
	// logged reports whether err was logged where it occurred.
	logged bool
	// wait is the time until the next reconciliation, if not zero, regardless of the
	// decision.
	wait time.Duration
	// parked reports whether the key waits for a slot, which requeues it.
	parked bool
}

// pass reconciles one key and requeues it if necessary. A panic quarantines the key.
func (r *reconciler) pass(ctx context.Context, k spec.Key) {
	id := r.begin(k)
	log := r.cfg.Logger.With("key", k.String(), "reconcileID", id)
	began := time.Now()
	result := "ok"
	defer func() {
		if cause := recover(); cause != nil {
			result = "panic"
			r.quarantine(log, k, &panicked{cause, string(debug.Stack())})
		}
		r.end(k)
		r.cfg.Metrics.Reconciled(k.Kind, result, time.Since(began))
		r.announce()
	}()
	out := r.reconcile(ctx, log, k)
	if out.wait == 0 {
		r.endQuarantine(k)
	}
	if out.err != nil {
		result = "error"
	}
	if out.err != nil && !out.logged {
		log.Warn("reconcile failed", "err", out.err, "attempt", r.queue.NumRequeues(k)+1)
	}
	r.requeue(k, out)
}

// reconcile decides, carries out the actions, and publishes the report.
func (r *reconciler) reconcile(ctx context.Context, log *slog.Logger, k spec.Key) outcome {
	if k.Kind == spec.KindManifest {
		r.publishManifest(k)
		return outcome{}
	}
	if !r.started() {
		return outcome{} // SetDesired enqueues every key
	}
	if state := r.cfg.Observer.State(); !state.Connected {
		r.publishUnavailable(k, state)
		return outcome{} // so does StateChanged when the engine is back
	}
	w := r.world()
	if wait := r.quarantined(k); wait > 0 {
		return outcome{wait: wait}
	}
	d := plan.Decide(w.World, k)
	if len(d.Actions) > 0 { // read the objects before acting on them
		if err := r.cfg.Observer.Refresh(ctx, k, w.EngineNames(k)); err != nil {
			r.publishUnreadable(w, k, err)
			return outcome{decision: d, err: err}
		}
		w = r.world()
		if wait := r.quarantined(k); wait > 0 { // the refresh revealed a culprit
			return outcome{wait: wait}
		}
		d = plan.Decide(w.World, k)
	}
	r.keep(d)
	if obj, found := w.Container(k); found {
		r.logs.Observe(ctx, k, obj, w.Health(k).Status)
	}
	logDecision(ctx, log, w, d)
	r.publish(w, d)
	if len(d.Actions) == 0 {
		return outcome{decision: d}
	}
	if wait := r.throttled(k); wait > 0 {
		return outcome{decision: d, wait: wait}
	}
	if starts(d) && slices.ContainsFunc(w.Dependencies(k), r.cfg.Observer.Stale) {
		return outcome{decision: d, wait: staleReadDelay}
	}
	return r.act(ctx, log, w, d)
}

// starts reports whether a decision creates or starts a container, which depends on
// the snapshot of its dependencies.
func starts(d plan.Decision) bool {
	return slices.ContainsFunc(d.Actions, func(a plan.Action) bool { return a.Verb == plan.Create || a.Verb == plan.Start })
}

// act carries out a decision, decides again and publishes the result.
func (r *reconciler) act(ctx context.Context, log *slog.Logger, w world, d plan.Decision) outcome {
	out := outcome{decision: d, acted: true}
	var last plan.Action
	for _, a := range d.Actions {
		if out.parked = !r.admit(w, a); out.parked {
			break
		}
		last = a
		if out.err = r.carryOut(ctx, log, w, a); out.err != nil {
			out.logged = true
			break
		}
	}
	if last.Verb == "" {
		return outcome{decision: d, parked: true}
	}
	if err := r.observe(ctx, w, last, out.err); err != nil {
		if out.err == nil {
			out.err = err
		}
		return out
	}
	w = r.world()
	out.decision = plan.Decide(w.World, d.Key)
	effect := out.err != nil || !reflect.DeepEqual(d.Actions, out.decision.Actions)
	r.locked(func() {
		m := r.remember(d.Key)
		m.throttle = m.throttle.After(effect, r.cfg.Now())
	})
	logDecision(ctx, log, w, out.decision)
	r.publish(w, out.decision)
	return out
}

// carryOut carries out one action, and records and logs its outcome.
func (r *reconciler) carryOut(ctx context.Context, log *slog.Logger, w world, a plan.Action) error {
	began := time.Now()
	err := r.call(ctx, a)
	took := time.Since(began)
	r.recordOutcome(w.World, a, err)
	r.cfg.Metrics.Acted(a.Verb, engine.CodeOf(err), took)
	r.record(status.ActionEvent(a, err))
	args := []any{"action", a.String(), "reason", string(a.Reason), "generation", a.Object.Generation, "duration", took}
	if err != nil {
		log.Warn("action failed", append(args, "err", err)...)
	} else {
		log.Info("action completed", args...)
	}
	return err
}

// call calls the actuator once there is a slot for the action.
func (r *reconciler) call(ctx context.Context, a plan.Action) error {
	if !r.slots.enter(ctx, a) {
		return engine.Errorf(string(a.Verb)+" "+a.Key.String(), engine.Canceled, "not started: the controller is stopping")
	}
	if a.Verb == plan.Pull {
		return r.pull(ctx, a)
	}
	defer r.slots.leave(a)
	return r.cfg.Actuator.Do(ctx, a)
}

// observe reads the objects that the actions changed. It reads everything when the
// outcome of a creation is unknown, because the object may have a temporary name.
func (r *reconciler) observe(ctx context.Context, w world, last plan.Action, err error) error {
	if last.Verb == plan.Create && plan.OutcomeUnknown(err) {
		return r.cfg.Observer.Resync(ctx)
	}
	if err := r.cfg.Observer.Refresh(ctx, last.Key, w.EngineNames(last.Key)); err != nil {
		return fmt.Errorf("after the action: %w", err)
	}
	return nil
}

// requeue requeues a key according to its outcome. A key that waits for an event is
// not requeued, because the event or the next resync does it.
func (r *reconciler) requeue(k spec.Key, out outcome) {
	d := out.decision
	failed := out.err != nil
	switch {
	case out.parked && !failed:
	case out.wait > 0:
		r.queue.AddAfter(k, out.wait)
	case failed && (d.RequeueAfter == 0 || !out.acted) && (len(d.Actions) > 0 || len(d.Blocked) == 0):
		r.queue.AddRateLimited(k)
		return
	case out.acted && !failed && len(d.Actions) > 0:
		r.queue.Add(k)
	case d.RequeueAfter > 0:
		r.queue.AddAfter(k, d.RequeueAfter)
	}
	r.queue.Forget(k)
}

// started reports whether there is a desired state.
func (s *state) started() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.desired.version > 0
}

// throttled returns how long the key has to wait before it may act again.
func (s *state) throttled(k spec.Key) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.remember(k).throttle.Wait(s.cfg.Now())
}
