// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// probation is how long a replacement has to run before what it replaced is
// removed.
const probation = time.Second

// decideStale replaces a container whose manifest changed. One that runs keeps
// running until its replacement exists; then they swap names.
func (w World) decideStale(c cast) Decision {
	k := c.obj.Key()
	d := Decision{Key: k}
	for _, inc := range c.leftovers {
		w.remove(&d, inc, c.obj, CauseLeftover, "")
	}
	if c.next != nil {
		return w.gateFailure(w.swap(d, c), c.hash)
	}
	if rec := w.History[k]; rec.Rejected == c.hash && !c.drifted {
		d.Blocked = append(d.Blocked, rejected(k, rec))
		return w.keepOld(d, c)
	}
	if len(c.olds) > 0 {
		return w.gateFailure(w.dropMiddle(d, c), c.hash)
	}
	if !c.main.obj.Container.Running() {
		w.remove(&d, *c.main, c.obj, CauseSpecChanged, "")
		return w.gateFailure(w.recreate(d, c, CauseSpecChanged), c.hash)
	}
	pull, blocked := w.pull(c.obj, CauseSpecChanged)
	if blocked != nil {
		d.Blocked = append(d.Blocked, *blocked)
		return w.gateFailure(d, c.hash)
	}
	if d.Blocked = w.startBlockers(c.obj); len(d.Blocked) > 0 {
		return w.gateFailure(d, c.hash)
	}
	d.Actions = append(d.Actions, pull...)
	d.Actions = append(d.Actions, Action{
		Verb: Create, Key: k, Object: c.obj, Container: w.containerConfig(c.obj),
		Temporary: true, Reason: CauseSpecChanged,
	})
	return w.gateFailure(d, c.hash)
}

// swap lets the replacement take the place of main.
func (w World) swap(d Decision, c cast) Decision {
	if blockers := w.incarnationBlockers(c.obj, *c.next); len(blockers) > 0 {
		d.Blocked = blockers
		return d
	}
	if c.main.obj.Container.Running() {
		d.Actions = append(d.Actions, w.stop(d.Key, *c.main, c.obj, CauseSwap))
	}
	aside := owner.TemporaryName(c.main.id.EngineName, c.main.id.UID)
	d.Actions = append(d.Actions, rename(c, *c.main, aside, CauseSwap))
	d.Actions = append(d.Actions, rename(c, *c.next, c.obj.EngineName(), CauseSwap))
	return w.start(d, c, *c.next, CauseSwap)
}

// dropMiddle clears up when the manifest changed again before a replacement had
// proven itself: of the two, the one that runs is kept as what is to be replaced.
func (w World) dropMiddle(d Decision, c cast) Decision {
	if c.main.obj.Container.Running() {
		for _, inc := range c.olds {
			w.remove(&d, inc, c.obj, CauseLeftover, "")
		}
		return d
	}
	w.remove(&d, *c.main, c.obj, CauseLeftover, "")
	return w.restore(d, c)
}

// restore starts the newest of those moved aside and gives it its name back,
// unless somebody has taken that meanwhile. It starts first: were the controller
// to die in between, an old one that has its name and does not run could not be
// told from one that may go.
func (w World) restore(d Decision, c cast) Decision {
	last := c.olds[len(c.olds)-1]
	p := place{engine.KindContainer, last.id.EngineName}
	for _, holder := range w.index.named[p] {
		if c.main == nil || holder.ID != c.main.obj.ID {
			d.Actions, d.Blocked = nil, append(d.Blocked, w.nameBlocker(d.Key, p, holder))
			return d
		}
	}
	state := last.obj.Container
	startable := state.Error == "" && (state.Status == engine.StatusExited || state.Status == engine.StatusCreated)
	if startable && len(w.startBlockers(c.obj)) == 0 {
		d.Actions = append(d.Actions, Action{
			Verb: Start, Key: d.Key, Object: c.obj, Target: last.obj.ID, Reason: CauseReplacementFailed,
		})
	}
	d.Actions = append(d.Actions, rename(c, last, last.id.EngineName, CauseReplacementFailed))
	return d
}

// failedReplacement reports that main, which took the place of an old one, did
// not come up: its start failed, or it ended before it was proven.
func (w World) failedReplacement(c cast) bool {
	state := c.main.obj.Container
	if state.Running() || state.Status == engine.StatusRemoving || w.finished(c.obj, state) {
		return false
	}
	if state.StartedAt.IsZero() {
		return state.Error != "" || w.startFailed(c)
	}
	return state.FinishedAt.Sub(state.StartedAt) < probation
}

// startFailed reports that the last thing done for this hash was a start that
// failed without leaving a trace on the container.
func (w World) startFailed(c cast) bool {
	f := w.History[c.obj.Key()].Failure
	if f == nil || f.Verb != Start || f.Hash != c.hash || outcomeUnknown(f.Code) {
		return false
	}
	// With init containers some time passes between creation and start: what was
	// made after the failure is another one.
	return len(c.obj.Container.InitContainers) == 0 || !f.At.Before(c.main.obj.Created)
}

// putBack removes the failed replacement and restores what it replaced.
func (w World) putBack(c cast) Decision {
	d := Decision{Key: c.obj.Key()}
	state := c.main.obj.Container
	detail := state.Error
	if f := w.History[d.Key].Failure; detail == "" && f != nil && f.Verb == Start {
		detail = f.Message
	}
	if detail == "" {
		detail = exitMessage(state)
	}
	w.remove(&d, *c.main, c.obj, CauseReplacementFailed, detail)
	return w.restore(d, c)
}

// keepOld keeps alive the old container after its replacement was rejected.
func (w World) keepOld(d Decision, c cast) Decision {
	state := c.main.obj.Container
	for _, inc := range c.olds {
		w.remove(&d, inc, c.obj, CauseLeftover, "")
	}
	switch {
	case state.Error != "": // it cannot come back either: the new one is all there is
		w.remove(&d, *c.main, c.obj, CauseStartFailed, state.Error)
		d = w.recreate(d, c, CauseStartFailed)
	case state.Running():
		d.Actions = append(d.Actions, w.attach(c.obj, *c.main)...)
	case state.Status == engine.StatusExited && !w.finished(c.obj, state):
		d = w.decideExited(d, c)
	case state.Status == engine.StatusCreated:
		d = w.start(d, c, *c.main, CauseReplacementFailed)
	}
	return w.gateFailure(d, c.hash)
}

func rejected(k spec.Key, rec Record) Blocker {
	return Blocker{
		Key: k, Reason: condition.ReasonReplacementFailed, Stalls: true,
		Message: "the changed container did not come up (" + rec.RejectedFor +
			"): the old one was put back; change the manifest again",
	}
}

// decideRebind removes a container that is bound to something which is gone or
// has to go, so that both can be made anew.
func (w World) decideRebind(c cast, cause Cause) Decision {
	d := Decision{Key: c.obj.Key()}
	if !w.hasImage(c.obj) {
		pull, blocked := w.pull(c.obj, cause)
		if blocked != nil {
			d.Blocked = append(d.Blocked, *blocked)
			return w.gateFailure(d, c.hash)
		}
		d.Actions = append(d.Actions, pull...)
	}
	for _, inc := range w.index.owned[d.Key] {
		w.remove(&d, inc, c.obj, cause, "")
	}
	return w.gateFailure(d, c.hash)
}

// boundToGone reports that a container holds on to an incarnation of a network
// that is gone, or to one or a volume that is stale and can be replaced once the
// container is off.
func (w World) boundToGone(obj spec.Object, container engine.Object) bool {
	byName := map[string]engine.Attachment{}
	for _, at := range container.Container.Attachments {
		byName[at.Network] = at
	}
	for _, ref := range obj.Container.NetworkRefs() {
		network, desired := w.networkOf(obj, ref)
		at, joined := byName[network.EngineName()]
		if !desired || !joined {
			continue
		}
		if w.goes(network) || at.NetworkID != "" && !w.exists(engine.KindNetwork, at.NetworkID) {
			return true
		}
	}
	return slices.ContainsFunc(obj.Container.Volumes, func(m spec.Mount) bool {
		volume, desired := w.Desired.Objects[spec.Key{Kind: spec.KindVolume, Namespace: obj.Metadata.Namespace, Name: m.Source}]
		return desired && m.Type == spec.MountVolume && w.goes(volume) &&
			slices.Contains(container.Container.Volumes, volume.EngineName())
	})
}

func (w World) exists(kind engine.Kind, value string) bool {
	_, ok := w.Observed.Objects[engine.ID{Kind: kind, Value: value}]
	return ok
}

// networkOf is the network that a reference of obj means.
func (w World) networkOf(obj spec.Object, ref spec.NetworkRef) (spec.Object, bool) {
	network, ok := w.Desired.Objects[spec.Key{
		Kind: spec.KindNetwork, Namespace: obj.Metadata.Namespace, Name: ref.Name,
	}]
	return network, ok
}

func rename(c cast, inc incarnation, name string, cause Cause) Action {
	return Action{Verb: Rename, Key: c.obj.Key(), Object: c.obj, Target: inc.obj.ID, Name: name, Reason: cause}
}

// attach is what joins a container to the networks it lacks and takes it off
// those that its manifest does not name.
func (w World) attach(obj spec.Object, inc incarnation) []Action {
	if obj.Container.NetworkMode != "" {
		return nil // it joins none, and the engine may tell of one
	}
	want := map[string]engine.Attachment{}
	var actions []Action
	act := func(v Verb, at engine.Attachment) {
		actions = append(actions, Action{
			Verb: v, Key: obj.Key(), Object: obj,
			Target: inc.obj.ID, Attachment: at, Reason: CauseAttachment,
		})
	}
	has := inc.obj.Container.Attachments
	for _, at := range attachments(w.Desired, obj) {
		want[at.Network] = at
		if !w.joinable(at.Network) {
			continue
		}
		i := slices.IndexFunc(has, func(h engine.Attachment) bool { return h.Network == at.Network })
		switch {
		case i < 0:
			act(Connect, at)
		case !at.As(has[i]):
			act(Disconnect, has[i])
			act(Connect, at)
		}
	}
	for _, at := range has {
		if _, wanted := want[at.Network]; !wanted {
			act(Disconnect, at)
		}
	}
	return actions
}

// joinable reports that exactly one network of that name exists.
func (w World) joinable(network string) bool {
	return len(w.index.named[place{engine.KindNetwork, network}]) == 1
}

// attachments are the networks that a desired container joins, by engine name,
// each with the container's DNS names on it: metadata.name and the aliases.
func attachments(set spec.Set, obj spec.Object) []engine.Attachment {
	var out []engine.Attachment
	for _, ref := range obj.Container.NetworkRefs() {
		k := spec.Key{Kind: spec.KindNetwork, Namespace: obj.Metadata.Namespace, Name: ref.Name}
		network, ok := set.Objects[k]
		if !ok {
			continue
		}
		aliases := append([]string{obj.Metadata.Name}, ref.Aliases...)
		slices.Sort(aliases)
		out = append(out, engine.Attachment{
			Network: network.EngineName(), Aliases: slices.Compact(aliases), Priority: ref.Priority,
			IPv4Address: ref.IPv4Address, IPv6Address: ref.IPv6Address, MACAddress: ref.MACAddress,
		})
	}
	return out
}
