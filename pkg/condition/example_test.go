// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"fmt"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
)

// The transition time of a condition changes only with its status.
func ExampleMerge() {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	waits := condition.Make(condition.Ready, "False", condition.ReasonDependencyNotReady, "db does not exist yet", 1)
	starts := condition.Make(condition.Ready, "False", condition.ReasonHealthStarting, "", 1)
	runs := condition.Make(condition.Ready, "True", condition.ReasonRunning, "", 1)

	var conditions []condition.Condition
	for i, next := range []condition.Condition{waits, starts, runs} {
		now := noon.Add(time.Duration(i) * time.Minute)
		conditions = condition.Merge(conditions, []condition.Condition{next}, now)
		ready := condition.Find(conditions, condition.Ready)
		fmt.Println(ready.Status, ready.Reason, ready.LastTransitionTime.UTC().Format(time.TimeOnly))
	}
	fmt.Println(condition.IsTrue(conditions, condition.Ready))
	// Output:
	// False DependencyNotReady 12:00:00
	// False HealthCheckStarting 12:00:00
	// True Running 12:02:00
	// true
}

func ExampleReason_Hint() {
	fmt.Println(condition.ReasonPaused.Hint())
	// Output: unpause it with `docker unpause`
}
