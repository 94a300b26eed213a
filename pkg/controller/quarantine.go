// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const (
	// firstQuarantine and maxQuarantine bound how long a key is left alone whose
	// pass panicked; a change of its manifest ends it at once.
	firstQuarantine = 5 * time.Minute
	maxQuarantine   = time.Hour
)

// quarantine leaves a key alone after a panic, and says so in its report.
func (c *Controller) quarantine(log *slog.Logger, k spec.Key, cause any) {
	log.Error("a pass panicked: the key is left alone", "err", fmt.Sprint(cause), "stack", string(debug.Stack()))
	c.mu.Lock()
	m := c.remember(k)
	wait := min(firstQuarantine<<min(m.panics, 16), maxQuarantine)
	m.panics++
	m.quarantineUntil = c.cfg.Now().Add(wait)
	obj := c.desired.set.Objects[k]
	accepted := condition.Find(m.report.Status.Conditions, condition.Accepted)
	c.mu.Unlock()
	c.queue.AddAfter(k, wait)
	if accepted == nil {
		made := condition.Make(condition.Accepted, metav1.ConditionTrue, condition.ReasonAccepted, "", obj.Generation)
		accepted = &made
	}
	defer func() { // the sink itself may be what panics
		if again := recover(); again != nil {
			log.Error("cannot report a panic", "err", fmt.Sprint(again))
		}
	}()
	c.publishFault(k, fault{
		accepted: *accepted,
		reason:   condition.ReasonInternalError,
		message: fmt.Sprintf("the controller failed here (%v): the log has the details; please report it; "+
			"tried again in %s or when the manifest changes", cause, wait),
		phase: plan.PhaseStalled,
	})
}

// quarantined is how long a key is still to be left alone.
func (c *Controller) quarantined(k spec.Key) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.memory[k]
	if m == nil || m.panics == 0 {
		return 0
	}
	m.seen = c.desired.version
	return m.quarantineUntil.Sub(c.cfg.Now())
}

// survived takes in that a key which panicked before got through a pass.
func (c *Controller) survived(k spec.Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.memory[k]; m != nil {
		m.panics = 0
	}
}
