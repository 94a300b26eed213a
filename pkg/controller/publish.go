// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"reflect"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// fingerprint is what the decisions of others may depend on. It holds no
// message: those tell of times, and would have two neighbours wake each other
// for ever.
type fingerprint struct {
	objects string
	ready   string
	healthy string
	stalled string
	cause   string
}

// publish makes what is true of a key known: to the sink, and to its neighbours
// when it matters to them.
func (c *Controller) publish(w view, d plan.Decision) {
	k := d.Key
	if !visible(w, k) {
		c.withdraw(k)
		return
	}
	c.mu.Lock()
	prev := c.remember(k).report
	c.mu.Unlock()
	r := status.Build(w.World, d, prev)
	c.tellLog(r.Status.RootCause)
	c.put(r)
	c.spread(w, r)
}

// visible reports that there is something to say of a key.
func visible(w view, k spec.Key) bool {
	_, found := slices.BinarySearchFunc(w.Keys(), k, spec.Key.Compare)
	return found
}

// withdraw makes known that a key is gone.
func (c *Controller) withdraw(k spec.Key) {
	neighbours, known := c.forget(k)
	if !known {
		return
	}
	c.cfg.Sink.Delete(k)
	for _, n := range neighbours {
		c.queue.Add(n)
	}
}

// put hands a report to the sink unless it says what the last one said, and
// records what changed since.
func (c *Controller) put(r status.Report) {
	c.mu.Lock()
	m := c.remember(r.Key)
	prev := m.report
	m.seen = c.desired.version
	c.identify(&r, prev)
	same := reflect.DeepEqual(prev, r)
	away, back := c.cameBack(m, r)
	m.report = r
	readied, wasEdited := c.readied(r)
	c.mu.Unlock()
	if wasEdited {
		c.cfg.Metrics.BecameReady(r.Key.Kind, readied)
	}
	if back {
		c.cfg.Metrics.CameBack(away)
	}
	if same {
		return
	}
	c.cfg.Sink.Publish(r)
	for _, e := range transitions(prev, r) {
		c.record(r.Key, e)
	}
}

// spread enqueues the neighbours of a key, those of now and those of before,
// when something changed that they may depend on.
func (c *Controller) spread(w view, r status.Report) {
	now := printOf(w, r)
	c.mu.Lock()
	m := c.remember(r.Key)
	same := m.print == now
	before := m.neighbours
	m.print = now
	m.neighbours = w.Neighbours(r.Key)
	after := m.neighbours
	c.mu.Unlock()
	if same {
		return
	}
	for _, k := range slices.Concat(after, before) {
		c.queue.Add(k)
	}
}

func printOf(w view, r status.Report) fingerprint {
	p := fingerprint{
		objects: w.prints[r.Key],
		ready:   brief(r, condition.Ready),
		healthy: brief(r, condition.Healthy),
		stalled: brief(r, condition.Stalled),
	}
	if r.Status.RootCause != nil {
		p.cause = r.Status.RootCause.Object + " " + string(r.Status.RootCause.Reason)
	}
	return p
}

// brief is a condition without its message.
func brief(r status.Report, t condition.Type) string {
	c := condition.Find(r.Status.Conditions, t)
	if c == nil {
		return ""
	}
	return string(c.Status) + " " + c.Reason
}

// publishUnavailable says of a key that nothing can be said while the engine is
// away.
func (c *Controller) publishUnavailable(k spec.Key, state observer.State) {
	if state.Reason == "" {
		return // the first attempt is still under way
	}
	c.publishUnknown(c.look(), k, state.Reason, fmt.Sprintf("the engine does not answer: %v", state.Err))
}

// publishUnreadable says of a key that its own objects cannot be read, once that
// is more than a hiccup.
func (c *Controller) publishUnreadable(w view, k spec.Key, err error) {
	if c.queue.NumRequeues(k) == 0 {
		return
	}
	reason := condition.ReasonEngineError
	switch engine.CodeOf(err) {
	case engine.Timeout:
		reason = condition.ReasonEngineUnresponsive
	case engine.Unreachable:
		reason = condition.ReasonEngineUnreachable
	}
	c.publishUnknown(w, k, reason, err.Error())
}

// publishUnknown keeps what was known of a key and marks it as unknown now.
func (c *Controller) publishUnknown(w view, k spec.Key, reason condition.Reason, message string) {
	if !visible(w, k) {
		return
	}
	c.mu.Lock()
	prev := c.remember(k).report
	c.mu.Unlock()
	r := status.Build(w.World, plan.Decision{Key: k}, prev)
	next := []condition.Condition{}
	for _, cond := range r.Status.Conditions {
		switch condition.Type(cond.Type) {
		case condition.Accepted, condition.Suspended:
		case condition.Reconciling, condition.Stalled, condition.CrashLooping, condition.MemoryPressure, condition.CPUThrottled:
			continue
		default:
			cond.Status, cond.Reason, cond.Message = metav1.ConditionUnknown, string(reason), message
		}
		next = append(next, cond)
	}
	next = append(next, condition.Make(condition.Reconciling, metav1.ConditionTrue, reason, message, r.Object.Generation))
	r.Status.Conditions = condition.Merge(prev.Status.Conditions, next, c.cfg.Now())
	r.Status.Phase = phaseUnknown
	r.Status.RootCause = &v1alpha1.RootCause{
		Object: "engine", Reason: reason, Message: message,
		Hint: "start the engine, or correct its address",
	}
	c.put(r)
}

const phaseUnknown = "Unknown"

// publishManifest reports a file that declares nothing usable, or withdraws the
// report when the fault is gone.
func (c *Controller) publishManifest(k spec.Key) {
	c.mu.Lock()
	problems := c.desired.faults[k]
	c.mu.Unlock()
	if len(problems) == 0 {
		c.withdraw(k)
		return
	}
	reason, message := condition.Reason(problems[0].Reason), problemsMessage(problems)
	c.publishFault(k, fault{
		accepted: condition.Make(condition.Accepted, metav1.ConditionFalse, reason, message, 0),
		reason:   reason,
		message:  message,
		phase:    plan.PhaseInvalid,
		source:   problems[0].Error.Position.String(),
	})
}

// fault is all that can be said of a key.
type fault struct {
	accepted condition.Condition
	reason   condition.Reason
	message  string
	phase    plan.Phase
	// source replaces the one reported before unless it is empty.
	source string
}

// publishFault reports a key of which nothing but a fault can be said.
func (c *Controller) publishFault(k spec.Key, f fault) {
	c.mu.Lock()
	r := c.remember(k).report
	obj := c.desired.set.Objects[k]
	c.mu.Unlock()
	r.Key, r.Object = k, obj
	r.Status.ObservedGeneration = obj.Generation
	r.Status.Conditions = condition.Merge(r.Status.Conditions, []condition.Condition{
		f.accepted,
		condition.Make(condition.Ready, metav1.ConditionFalse, f.reason, f.message, obj.Generation),
		condition.Make(condition.Stalled, metav1.ConditionTrue, f.reason, f.message, obj.Generation),
	}, c.cfg.Now())
	r.Status.Phase = string(f.phase)
	r.Status.Source = cmp.Or(f.source, r.Status.Source)
	c.put(r)
}

func problemsMessage(problems []spec.Problem) string {
	var errs spec.Errors
	for _, p := range problems {
		errs = append(errs, p.Error)
	}
	return errs.Error()
}

// identify says who a report is of: it is who it was, over restarts of the
// controller too, unless it was gone meanwhile.
func (c *Controller) identify(r *status.Report, prev status.Report) {
	r.UID = prev.UID
	if r.UID == "" {
		r.UID = uidOf(c.cfg.Instance, r.Key, c.gone[r.Key])
	}
	if !prev.FirstSeen.IsZero() {
		r.FirstSeen = prev.FirstSeen
	}
	if now := c.cfg.Now(); r.FirstSeen.IsZero() || r.FirstSeen.After(now) {
		r.FirstSeen = now
	}
}

// uidOf is the UUID (of version 8) of the nth resource of a key.
func uidOf(instance string, k spec.Key, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", instance, k, n))
	return formatUID([16]byte(sum[:16]), 8)
}

// newUID is a random UUID.
func newUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	return formatUID(b, 4)
}

func formatUID(b [16]byte, version byte) string {
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
