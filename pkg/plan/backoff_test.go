// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// ended returns a container that ran for that long and ended at noon.
func ended(ran time.Duration) *engine.Container {
	return &engine.Container{Status: engine.StatusExited, StartedAt: noon.Add(-ran), FinishedAt: noon, ExitCode: 1}
}

func TestBackoff(t *testing.T) {
	for name, tc := range map[string]struct {
		streak      int
		ran, passed time.Duration
		want        time.Duration
	}{
		"first restart is immediate":                {0, time.Second, 0, 0},
		"second restart after one second":           {1, time.Second, 0, time.Second},
		"third restart after two seconds":           {2, time.Second, 0, 2 * time.Second},
		"delay doubles":                             {8, time.Second, 0, 128 * time.Second},
		"delay is at most five minutes":             {10, time.Second, 0, 5 * time.Minute},
		"delay stays at the maximum":                {1_000_000, time.Second, 0, 5 * time.Minute},
		"elapsed time counts":                       {3, time.Second, time.Second, 3 * time.Second},
		"delay has elapsed":                         {1, time.Second, time.Second, 0},
		"ten minutes of running reset the delay":    {8, 10 * time.Minute, 0, 0},
		"less than ten minutes do not reset it":     {8, 10*time.Minute - 1, 0, 128 * time.Second},
		"clock that was set back extends the delay": {1, time.Second, -time.Hour, time.Hour + time.Second},
		"streak without a start is ignored":         {0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			now := noon.Add(tc.passed)
			got := plan.BackoffOf(nil).NextStart(plan.Record{Streak: tc.streak}, ended(tc.ran), now).Sub(now)
			if got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// TestBackoffGrows checks that the delay never decreases with the streak, and is
// at most five minutes.
func TestBackoffGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		streak := rapid.IntRange(0, 1000).Draw(t, "streak")
		state := ended(time.Duration(rapid.IntRange(0, 599_999).Draw(t, "ran ms")) * time.Millisecond)
		shorter := plan.BackoffOf(nil).NextStart(plan.Record{Streak: streak}, state, noon).Sub(noon)
		longer := plan.BackoffOf(nil).NextStart(plan.Record{Streak: streak + 1}, state, noon).Sub(noon)
		if shorter > longer || longer > 5*time.Minute || longer < time.Second {
			t.Fatalf("the delay is %[2]v after %[1]d restarts and %[3]v after one more", streak, shorter, longer)
		}
	})
}

func TestRecordAfter(t *testing.T) {
	const old, now = spec.Hash("v1:old"), spec.Hash("v1:now")
	failed := &plan.Failure{Verb: plan.Pull, Code: engine.ImageNotFound, Message: "x", Hash: now, At: noon, Attempts: 3}
	later := noon.Add(time.Minute)
	refusal := fmt.Errorf("pull web: %w", engine.Errorf("pull app:1", engine.DiskFull, "no space"))
	for name, tc := range map[string]struct {
		before plan.Record
		action plan.Action
		err    error
		want   plan.Record
	}{
		"first failure": {
			plan.Record{},
			plan.Action{Verb: plan.Pull},
			refusal,
			plan.Record{Failure: &plan.Failure{
				Verb: plan.Pull, Code: engine.DiskFull, Message: "pull: no space", Hash: now, At: later, Attempts: 1,
			}},
		},
		"fourth failure in a row": {
			plan.Record{Failure: failed},
			plan.Action{Verb: plan.Pull},
			refusal,
			plan.Record{Failure: &plan.Failure{
				Verb: plan.Pull, Code: engine.DiskFull, Message: "pull: no space", Hash: now, At: later, Attempts: 4,
			}},
		},
		"failure of another verb resets the attempts": {
			plan.Record{Failure: failed},
			plan.Action{Verb: plan.Start},
			errors.New("odd"),
			plan.Record{Failure: &plan.Failure{
				Verb: plan.Start, Code: engine.Unknown, Message: "start: odd", Hash: now, At: later, Attempts: 1,
			}},
		},
		"failure keeps the streak and the rejected hash": {
			plan.Record{Restarts: 5, Streak: 4, Rejected: old, RejectedFor: "x"},
			plan.Action{Verb: plan.Start},
			errors.New("odd"),
			plan.Record{Restarts: 5, Streak: 4, Rejected: old, RejectedFor: "x", Failure: &plan.Failure{
				Verb: plan.Start, Code: engine.Unknown, Message: "start: odd", Hash: now, At: later, Attempts: 1,
			}},
		},
		"failed restart keeps its streak": {
			plan.Record{Restarts: 5, Streak: 1},
			plan.Action{Verb: plan.Start, Streak: 2},
			errors.New("odd"),
			plan.Record{Restarts: 5, Streak: 1, Failure: &plan.Failure{
				Verb: plan.Start, Code: engine.Unknown, Message: "start: odd", Hash: now, At: later, Attempts: 1, Streak: 2,
			}},
		},
		"success of the verb that failed clears the failure": {
			plan.Record{Failure: failed}, plan.Action{Verb: plan.Pull}, nil, plan.Record{},
		},
		"success of another verb keeps the failure": {
			plan.Record{Failure: failed}, plan.Action{Verb: plan.Rename}, nil, plan.Record{Failure: failed},
		},
		"success for another manifest clears the failure": {
			plan.Record{Failure: &plan.Failure{Verb: plan.Pull, Hash: old}}, plan.Action{Verb: plan.Rename}, nil, plan.Record{},
		},
		"restart is counted": {
			plan.Record{Restarts: 5, Streak: 2},
			plan.Action{Verb: plan.Start, Streak: 3},
			nil,
			plan.Record{Restarts: 6, Streak: 3},
		},
		"start of a new container is no restart": {
			plan.Record{Restarts: 5, Streak: 2}, plan.Action{Verb: plan.Start}, nil, plan.Record{Restarts: 5},
		},
		"failed replacement is rejected": {
			plan.Record{},
			plan.Action{Verb: plan.Remove, Reason: plan.CauseReplacementFailed, Detail: "exit 1"},
			nil,
			plan.Record{Rejected: now, RejectedFor: "exit 1"},
		},
		"unchanged manifest stays rejected": {
			plan.Record{Rejected: now, RejectedFor: "x"},
			plan.Action{Verb: plan.Rename},
			nil,
			plan.Record{Rejected: now, RejectedFor: "x"},
		},
		"changed manifest is no longer rejected": {
			plan.Record{Rejected: old, RejectedFor: "x"}, plan.Action{Verb: plan.Create}, nil, plan.Record{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.before.After(tc.action, tc.err, now, later)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestTransitionTimes checks that the transition time of a condition changes only
// with its status.
func TestTransitionTimes(t *testing.T) {
	k := spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "web"}
	obj := spec.Object{
		Kind: spec.KindContainer, Metadata: spec.Metadata{Name: "web", Namespace: "default"}, Generation: 1,
		Container: &spec.Container{Image: "app:1", Dependencies: []spec.Dependency{{Name: "db"}}},
	}
	at := func(now time.Time, obj spec.Object, previous []condition.Condition) []condition.Condition {
		w := plan.NewWorld(plan.Input{
			Settings: plan.Settings{Instance: instance}, Now: now,
			Desired: spec.Set{Objects: spec.Imply(map[spec.Key]spec.Object{k: obj}), Complete: true},
		})
		return plan.Conditions(w, plan.Decide(w, k), previous)
	}
	first := at(noon, obj, nil)
	t.Run("same world has the same conditions", func(t *testing.T) {
		if diff := cmp.Diff(first, at(noon.Add(time.Hour), obj, first)); diff != "" {
			t.Errorf("-before +after:\n%s", diff)
		}
	})
	suspended := obj
	suspended.Generation = 2
	suspended.Container = &spec.Container{Image: "app:1", Suspend: true}
	second := at(noon.Add(time.Minute), suspended, first)
	for name, tc := range map[string]struct {
		typ  condition.Type
		want time.Time
	}{
		"false for another reason keeps its time": {condition.Ready, noon},
		"changed status has the new time":         {condition.Suspended, noon.Add(time.Minute)},
		"true keeps its time":                     {condition.Accepted, noon},
	} {
		t.Run(name, func(t *testing.T) {
			c := condition.Find(second, tc.typ)
			if c == nil || !c.LastTransitionTime.Time.Equal(tc.want) {
				t.Errorf("got %+v, want %v", c, tc.want)
			}
			if c != nil && c.ObservedGeneration != 2 {
				t.Errorf("observed generation %d", c.ObservedGeneration)
			}
		})
	}
	t.Run("abnormal condition that ended is absent", func(t *testing.T) {
		if c := condition.Find(second, condition.Stalled); c != nil {
			t.Errorf("got %+v", c)
		}
	})
}
