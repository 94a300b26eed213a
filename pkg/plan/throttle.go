// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"time"
)

const (
	// freeRepeats is how many passes in a row a key may act without effect
	// before it is throttled.
	freeRepeats = 2
	// firstThrottle and maxThrottle bound the delay of a key that acts without
	// effect.
	firstThrottle = 250 * time.Millisecond
	maxThrottle   = time.Minute
	// burst is how many passes of a key may act within throttleWindow.
	burst          = 30
	throttleWindow = time.Minute
)

// Throttle delays a key that keeps acting without getting anywhere, whatever the
// cause. The zero value delays nothing.
type Throttle struct {
	// repeats counts the passes in a row whose actions succeeded and were wanted
	// again right after.
	repeats int
	// recent are the times of the passes that acted within the window.
	recent []time.Time
	until  time.Time
}

// After returns the throttle after a pass that acted at now; effect is false when
// the same actions are still wanted.
func (t Throttle) After(effect bool, now time.Time) Throttle {
	next := Throttle{repeats: t.repeats + 1}
	if effect {
		next.repeats = 0
	}
	if n := next.repeats - freeRepeats; n >= 0 {
		next.until = now.Add(doubling(firstThrottle, maxThrottle, n))
	}
	next.recent = append(slices.Clone(t.recent), now)
	for now.Sub(next.recent[0]) >= throttleWindow {
		next.recent = next.recent[1:]
	}
	if end := next.recent[0].Add(throttleWindow); len(next.recent) >= burst && end.After(next.until) {
		next.until = end
	}
	return next
}

// Wait returns how long the key has to wait before it may act again; zero when it
// may act now.
func (t Throttle) Wait(now time.Time) time.Duration { return max(t.until.Sub(now), 0) }
