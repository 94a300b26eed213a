// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// defaultAnswersAfter is the moment that a container takes to answer probes.
const defaultAnswersAfter = time.Second

// Answers reports whether a container would pass the probe of that name now,
// which nothing is run for: from a moment after its start on, unless its image or
// SetAnswers say otherwise.
func (e *Engine) Answers(id engine.ID, probe string) bool {
	answers := false
	e.onRunning(id, func(now time.Time, c *container) {
		b := c.image.behaviour
		answers = !b.Silent && !now.Before(c.startedAt.Add(cmp.Or(b.AnswersAfter, defaultAnswersAfter)))
		if set, ok := c.answers[probe]; ok {
			answers = set
		}
		answers = answers && c.status == engine.StatusRunning
	})
	return answers
}

// SetAnswers has the probe of that name pass or fail until the container is
// started anew.
func (e *Engine) SetAnswers(id engine.ID, probe string, ok bool) {
	e.onRunning(id, func(_ time.Time, c *container) {
		if c.answers == nil {
			c.answers = map[string]bool{}
		}
		c.answers[probe] = ok
	})
}
