// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestUnavailable(t *testing.T) {
	failure := engine.Errorf("list", engine.Unknown, "broken")
	t.Run("the_engine_is_not_reported_before_the_first_attempt_has_ended", func(t *testing.T) {
		if u, known := plan.EngineUnavailable("", nil); known {
			t.Errorf("%+v", u)
		}
	})
	t.Run("the_message_of_a_lost_engine_follows_from_the_reason", func(t *testing.T) {
		messages := map[condition.Reason]string{}
		for _, reason := range []condition.Reason{condition.ReasonEngineUnreachable, condition.ReasonEngineError} {
			u, _ := plan.EngineUnavailable(reason, failure)
			messages[u.Reason] = u.Message
		}
		want := map[condition.Reason]string{
			condition.ReasonEngineUnreachable: "the engine does not answer: list: broken",
			condition.ReasonEngineError:       "the engine fails: list: broken",
		}
		if diff := cmp.Diff(want, messages); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("a_failed_read_is_reported_when_it_was_repeated", func(t *testing.T) {
		if _, lasting := plan.Unreadable(failure, 0); lasting {
			t.Error("the first failure is reported")
		}
		u, lasting := plan.Unreadable(failure, 1)
		if want := (plan.Unavailable{Reason: condition.ReasonEngineError, Message: "list: broken"}); !lasting || u != want {
			t.Errorf("%+v, %v", u, lasting)
		}
	})
	for code, want := range map[engine.Code]condition.Reason{
		engine.Timeout:     condition.ReasonEngineUnresponsive,
		engine.Unreachable: condition.ReasonEngineUnreachable,
		engine.DiskFull:    condition.ReasonEngineError,
	} {
		t.Run("the_reason_of_"+string(code)+"_is_"+string(want), func(t *testing.T) {
			if got := plan.UnavailableReason(engine.Errorf("list", code, "broken")); got != want {
				t.Errorf("reason %s", got)
			}
		})
	}
}

func TestUnavailableConditions(t *testing.T) {
	web := spec.Object{
		Kind: spec.KindContainer, Metadata: spec.Metadata{Name: "web", Namespace: "default"},
		Container: &spec.Container{Image: "app:1"}, Generation: 3,
	}
	w := plan.NewWorld(plan.Input{Desired: spec.Set{Objects: map[spec.Key]spec.Object{web.Key(): web}}, Now: time.Unix(1000, 0)})
	got := map[string]string{}
	for _, c := range (plan.Unavailable{Reason: condition.ReasonEngineError, Message: "broken"}).Conditions(w, web.Key()) {
		got[c.Type] = string(c.Status) + " " + c.Reason
	}
	unknown := "Unknown EngineError"
	want := map[string]string{
		"Accepted": "True Accepted", "DependenciesReady": unknown, "ImageAvailable": unknown, "Running": unknown,
		"Healthy": unknown, "Synced": unknown, "Ready": unknown, "Reconciling": "True EngineError",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOutcomeUnknown(t *testing.T) {
	for code, want := range map[engine.Code]bool{
		engine.Timeout: true, engine.Canceled: true, engine.Unreachable: true, engine.NameInUse: false, engine.Unknown: false,
	} {
		if got := plan.OutcomeUnknown(engine.Errorf("create", code, "x")); got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
	if plan.OutcomeUnknown(nil) || plan.OutcomeUnknown(errors.New("x")) {
		t.Error("the outcome of a success or of an unclassified error is unknown")
	}
}
