// SPDX-License-Identifier: Apache-2.0

package status

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRunsOfAContainer distinguishes the runs of one container, which share a log.
func TestRunsOfAContainer(t *testing.T) {
	at := func(second int) time.Time { return time.Unix(int64(second), 0) }
	const early = 50 * time.Millisecond
	run := func(id string, started, finished int, from time.Time) Run {
		r := Run{ContainerID: id, WritesFrom: from}
		if started > 0 {
			r.StartedAt = at(started)
		}
		if finished > 0 {
			r.FinishedAt = at(finished)
		}
		return r
	}
	first := run("a", 10, 0, at(10).Add(-early))
	ended := run("a", 10, 20, first.WritesFrom)
	for name, tc := range map[string]struct {
		prev       Report
		now        Run
		want, last Run
	}{
		"not started":              {Report{}, run("a", 0, 0, time.Time{}), run("a", 0, 0, time.Time{}), Run{}},
		"the first":                {Report{Run: run("a", 0, 0, time.Time{})}, run("a", 10, 0, time.Time{}), first, Run{}},
		"the first that shows":     {Report{}, run("a", 10, 0, time.Time{}), first, Run{}},
		"its end":                  {Report{Run: first}, run("a", 10, 20, time.Time{}), ended, Run{}},
		"the second":               {Report{Run: ended}, run("a", 24, 0, time.Time{}), run("a", 24, 0, at(22)), ended},
		"the second, continues":    {Report{Run: run("a", 24, 0, at(22)), Earlier: ended}, run("a", 24, 0, time.Time{}), run("a", 24, 0, at(22)), ended},
		"an end that was not seen": {Report{Run: first}, run("a", 24, 0, time.Time{}), run("a", 24, 0, at(24).Add(-early)), first},
		"another container":        {Report{Run: ended}, run("b", 24, 0, time.Time{}), run("b", 24, 0, at(24).Add(-early)), Run{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := tc.now
			last := got.previous(tc.prev)
			if diff := cmp.Diff([]Run{tc.want, tc.last}, []Run{got, last}); diff != "" {
				t.Error(diff)
			}
		})
	}
}
