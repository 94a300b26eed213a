// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/condition"
)

func TestMerge(t *testing.T) {
	t0 := time.Unix(1000, 0)
	t1 := time.Unix(2000, 500)
	readyIs := func(status metav1.ConditionStatus, reason condition.Reason) []condition.Condition {
		return []condition.Condition{condition.Make(condition.Ready, status, reason, "", 1)}
	}
	before := condition.Merge(nil, readyIs(metav1.ConditionFalse, condition.ReasonPending), t0)
	for name, tc := range map[string]struct {
		next []condition.Condition
		want time.Time
	}{
		"another reason keeps the transition time":  {readyIs(metav1.ConditionFalse, condition.ReasonExited), t0},
		"another status moves it, in whole seconds": {readyIs(metav1.ConditionTrue, condition.ReasonRunning), time.Unix(2000, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			got := condition.Merge(before, tc.next, t1)
			if !got[0].LastTransitionTime.Time.Equal(tc.want) {
				t.Errorf("transition time %v, want %v", got[0].LastTransitionTime, tc.want)
			}
			if got[0].Reason != tc.next[0].Reason {
				t.Errorf("reason %q, want %q", got[0].Reason, tc.next[0].Reason)
			}
		})
	}
	t.Run("condition that is not in next is dropped", func(t *testing.T) {
		if got := condition.Merge(before, nil, t1); len(got) != 0 {
			t.Errorf("got %v", got)
		}
	})
}

func TestIsTrue(t *testing.T) {
	set := []condition.Condition{condition.Make(condition.Ready, condition.Bool(true), condition.ReasonRunning, "", 1)}
	if !condition.IsTrue(set, condition.Ready) || condition.IsTrue(set, condition.Stalled) {
		t.Errorf("want Ready true and Stalled absent: %v", set)
	}
}
