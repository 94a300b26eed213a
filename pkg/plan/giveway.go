// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// giveWay releases the host ports, the name and the addresses of main for an
// exchange. Its replacement takes over once it has what it needs. A main that is as
// declared keeps running: it only gives up its name, or leaves the networks on which
// its address is to change.
func (r replacement) giveWay() Decision {
	d := Decision{Key: r.obj.Key()}
	if r.upToDate(*r.main) && !r.nameDrifts() {
		d.Actions = networks{r.World}.leave(r.obj, *r.main)
		return r.delayRetry(d)
	}
	if r.main.obj.Container.Running() && !r.upToDate(*r.main) {
		d.Actions = append(d.Actions, stopAction(d.Key, *r.main, r.obj, CauseExchange))
	}
	aside := owner.TemporaryName(r.main.id.EngineName, r.main.id.UID)
	d.Actions = append(d.Actions, r.rename(*r.main, aside, CauseExchange))
	return r.delayRetry(d)
}

// awaitName creates the replacement of a container in a ring whose engine name is
// still in use, and waits for the name.
func (r replacement) awaitName(rival Blocker) Decision {
	if r.main == nil || r.next != nil || r.upToDate(*r.main) {
		return waitFor(r.obj.Key(), rival)
	}
	d := r.prepare(Decision{Key: r.obj.Key()})
	d.Blocked = sortBlockers(append(d.Blocked, rival))
	return r.delayRetry(d)
}

// prepare creates the replacement of main under a temporary name, unless something
// other than a ring blocks it.
func (r replacement) prepare(d Decision) Decision {
	pull, blocked := images{r.World}.pull(r.obj, CauseSpecChanged)
	if blocked != nil {
		d.Blocked = append(d.Blocked, *blocked)
		return d
	}
	blockers := dependencies{r.World}.startBlockers(r.obj)
	if d.Blocked = (exchange{r.World}).outside(d.Key, blockers); len(d.Blocked) > 0 {
		d.Blocked = blockers
		return d
	}
	d.Actions = append(d.Actions, pull...)
	d.Actions = append(d.Actions, Action{
		Verb: Create, Key: d.Key, Object: r.obj, Container: r.config(),
		Temporary: true, Reason: CauseSpecChanged,
	})
	d.Blocked = blockers
	return d
}

// takeBack restores an old incarnation that gave way, because the object that was to
// release what the replacement needs could not be replaced.
func (r replacement) takeBack() Decision {
	last := r.olds[len(r.olds)-1]
	start := Action{Verb: Start, Key: r.obj.Key(), Object: r.obj, Target: last.obj.ID, Reason: CauseReplacementFailed}
	return r.delayRetry(Decision{Key: start.Key, Actions: []Action{
		start, r.rename(last, last.id.EngineName, CauseReplacementFailed),
	}})
}

// leave returns the actions that disconnect a container from the networks on which
// its manifest asks for another static address, which is still in use.
func (n networks) leave(obj spec.Object, inc incarnation) []Action {
	var actions []Action
	for _, at := range attachments(n.Desired, obj) {
		if _, _, held := n.addressHolder(obj.Key(), at); !held {
			continue
		}
		for _, has := range inc.obj.Container.Attachments {
			if has.Network == at.Network {
				actions = append(actions, Action{
					Verb: Disconnect, Key: obj.Key(), Object: obj, Target: inc.obj.ID, Attachment: has, Reason: CauseExchange,
				})
			}
		}
	}
	return actions
}

// releaseName removes a network that gives its engine name to another network, once
// no container is attached to it.
func (n networks) releaseName(obj spec.Object) Decision {
	d := Decision{Key: obj.Key()}
	for _, inc := range n.index.owned[d.Key] {
		if blockers := n.usersInTheWay(inc.obj); len(blockers) > 0 {
			d.Blocked = append(d.Blocked, blockers...)
			continue
		}
		remove(&d, inc, obj, CauseExchange, "")
	}
	d.Blocked = sortBlockers(d.Blocked)
	return delayRetry(n.World, d, n.hashOf(obj))
}
