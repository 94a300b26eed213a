// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// defaultAnswersAfter is the time from the start of a container until it answers
// probes.
const defaultAnswersAfter = time.Second

// Answers reports whether a container would pass a probe now. No probe is run: a
// container answers from a moment after its start, unless its image or SetAnswers
// defines otherwise.
func (o Controls) Answers(id engine.ID, probe string) bool {
	answers := false
	o.onRunning(id, func(now time.Time, c *container) {
		b := c.image.behaviour
		answers = !b.Silent && !now.Before(c.startedAt.Add(cmp.Or(b.AnswersAfter, defaultAnswersAfter)))
		if set, ok := c.answers[probe]; ok {
			answers = set
		}
		answers = answers && c.status == engine.StatusRunning
	})
	return answers
}

// SetAnswers makes a probe pass or fail until the next start of the container.
func (o Controls) SetAnswers(id engine.ID, probe string, ok bool) {
	o.onRunning(id, func(_ time.Time, c *container) {
		if c.answers == nil {
			c.answers = map[string]bool{}
		}
		c.answers[probe] = ok
	})
}
