// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"slices"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestThrottle(t *testing.T) {
	now := time.Unix(1000, 0)
	t.Run("actions_without_effect_are_delayed_longer_and_longer", func(t *testing.T) {
		var throttle plan.Throttle
		var waits []time.Duration
		for range 12 {
			throttle = throttle.After(false, now)
			waits = append(waits, throttle.Wait(now))
			now = now.Add(throttle.Wait(now) + time.Minute)
		}
		if waits[0] != 0 || waits[1] != 250*time.Millisecond || waits[2] != 500*time.Millisecond || waits[11] != time.Minute {
			t.Errorf("waits: %v", waits)
		}
		if !slices.IsSorted(waits) {
			t.Errorf("waits: %v", waits)
		}
	})
	t.Run("an_effect_ends_the_delay", func(t *testing.T) {
		var throttle plan.Throttle
		for range 5 {
			throttle = throttle.After(false, now)
		}
		if wait := throttle.After(true, now).Wait(now); wait != 0 {
			t.Errorf("wait %s", wait)
		}
	})
	t.Run("thirty_passes_within_a_minute_are_the_limit", func(t *testing.T) {
		var throttle plan.Throttle
		at := now
		for i := range 30 {
			if wait := throttle.Wait(at); wait != 0 {
				t.Fatalf("pass %d waits %s", i, wait)
			}
			throttle = throttle.After(true, at)
			at = at.Add(time.Second)
		}
		if wait := throttle.Wait(at); wait != 30*time.Second {
			t.Errorf("wait %s, want 30s", wait)
		}
	})
	t.Run("it_does_not_change", func(t *testing.T) {
		throttle := plan.Throttle{}.After(false, now)
		_ = throttle.After(false, now)
		if wait := throttle.Wait(now); wait != 0 {
			t.Errorf("wait %s", wait)
		}
	})
}

func TestQuarantine(t *testing.T) {
	now := time.Unix(1000, 0)
	var q plan.Quarantine
	if wait := q.Wait(now); wait != 0 {
		t.Errorf("without a panic it waits %s", wait)
	}
	for _, want := range []time.Duration{5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute, time.Hour, time.Hour} {
		q = q.After(now)
		if got := q.Wait(now); got != want {
			t.Errorf("after %d panics it waits %s, want %s", q.Panics, got, want)
		}
	}
	if wait := q.Wait(now.Add(2 * time.Hour)); wait != 0 {
		t.Errorf("after its end it waits %s", wait)
	}
}

func TestFaultConditions(t *testing.T) {
	now := time.Unix(1000, 0)
	accepted := []condition.Condition{condition.Make(condition.Accepted, "True", condition.ReasonAccepted, "", 1)}
	problem := spec.Problem{Reason: string(condition.ReasonManifestInvalid), Error: spec.Error{Message: "bad"}}
	for name, tc := range map[string]struct {
		fault plan.Fault
		want  string
	}{
		"a_panic_leaves_the_manifest_accepted": {plan.Quarantine{}.After(now).Fault("boom", now), "True"},
		"an_invalid_file_is_not_accepted":      {plan.ManifestFault([]spec.Problem{problem}), "False"},
	} {
		t.Run(name, func(t *testing.T) {
			got := tc.fault.Conditions(accepted, 2, now)
			if c := condition.Find(got, condition.Accepted); string(c.Status) != tc.want {
				t.Errorf("Accepted is %s, want %s", c.Status, tc.want)
			}
			if condition.IsTrue(got, condition.Ready) || !condition.IsTrue(got, condition.Stalled) {
				t.Errorf("conditions: %v", got)
			}
		})
	}
}
