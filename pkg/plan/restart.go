// SPDX-License-Identifier: Apache-2.0

package plan

// restartIfNeeded restarts a main that runs as declared: because a user asked
// for it, because something that it depends on was replaced, or because it is
// unhealthy.
func (l lifecycle) restartIfNeeded(d Decision) Decision {
	switch {
	case l.record().Again && l.startRequested(d.Key, l.main.obj.Container):
		return l.restart(d, CauseRequested, 0, "")
	case l.dependencyReplaced():
		return l.restart(d, CauseDependencyReplaced, 0, "")
	case l.ownerRestarted():
		return l.restart(d, CauseOwnerReplaced, 0, "")
	case l.needsCure():
		return l.restartUnhealthy(d)
	}
	return d
}

// restartUnhealthy restarts an unhealthy main with the delays that apply after an
// end. It keeps running until then, and may recover.
func (l lifecycle) restartUnhealthy(d Decision) Decision {
	state, rec, health := l.main.obj.Container, l.record(), l.health()
	streak := l.restartBackoff().Streak(rec, state, l.Now)
	if l.exhausted(streak) {
		d.Blocked = append(d.Blocked, Blocker{
			Key: d.Key, Reason: health.reason, Stalls: true,
			Message: health.message + ": its restart policy allows no more restarts",
		})
		return d
	}
	if at := l.restartBackoff().NextStart(rec, state, l.Now); at.After(l.Now) {
		d.RequeueAfter = at.Sub(l.Now)
		d.Blocked = append(d.Blocked, Blocker{
			Key: d.Key, Reason: health.reason,
			Message: health.message + ": " + nextRestart(streak, at),
		})
		return d
	}
	return l.restart(d, CauseUnhealthy, streak+1, health.message)
}
