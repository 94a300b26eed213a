// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// usersOf returns the containers bound to a network or volume, foreign ones
// included.
func (n networks) usersOf(obj engine.Object) []engine.Object {
	if obj.Volume != nil {
		return n.index.mounting[obj.Name]
	}
	if obj.Network == nil {
		return nil
	}
	var users []engine.Object
	for _, c := range n.index.attached[obj.Name] {
		for _, at := range c.Container.Attachments {
			if at.Network == obj.Name && (at.NetworkID == "" || at.NetworkID == obj.ID.Value) {
				users = append(users, c)
			}
		}
	}
	return users
}

// usersInTheWay returns a deletion blocker for each container that is bound to a
// network or volume.
func (n networks) usersInTheWay(obj engine.Object) []Blocker {
	reason := condition.ReasonNetworkInUse
	if obj.Volume != nil {
		reason = condition.ReasonVolumeInUse
	}
	var blockers []Blocker
	for _, user := range n.usersOf(obj) {
		if k, ours := n.index.keyOf[user.ID]; ours {
			blockers = append(blockers, Blocker{
				Key: k, Reason: reason,
				Message: fmt.Sprintf("in use by %s, which must be removed first", k),
			})
			continue
		}
		blockers = append(blockers, Blocker{
			Reason: reason, Stalls: true,
			Message: fmt.Sprintf("in use by the container %q, which is not managed by this controller: disconnect or remove that container", user.Name),
		})
	}
	return blockers
}

// boundToGone reports whether a container of obj is attached to a network that
// no longer exists, or bound to a network or volume that is being replaced. It
// needs the list of networks or volumes.
func (n networks) boundToGone(obj spec.Object, container engine.Object) bool {
	byName := map[string]engine.Attachment{}
	for _, at := range container.Container.Attachments {
		byName[at.Network] = at
	}
	for _, ref := range obj.Container.NetworkRefs() {
		network, desired := n.networkOf(obj, ref)
		at, joined := byName[network.EngineName()]
		if !desired || !joined {
			continue
		}
		if n.unread(engine.KindNetwork) {
			continue
		}
		if n.beingReplaced(network) || at.NetworkID != "" && !n.exists(engine.KindNetwork, at.NetworkID) {
			return true
		}
	}
	return slices.ContainsFunc(obj.Container.Volumes, func(m spec.Mount) bool {
		volume, desired := n.Desired.Objects[spec.Key{Kind: spec.KindVolume, Namespace: obj.Metadata.Namespace, Name: m.Source}]
		return desired && m.Type == spec.MountVolume && !n.unread(engine.KindVolume) && n.beingReplaced(volume) &&
			slices.Contains(container.Container.Volumes, volume.EngineName())
	})
}

// baseGone reports whether the network on which a container was created is gone.
// Current engines then neither start the container nor connect it while it runs,
// so that it has to be replaced first.
func (n networks) baseGone(container engine.Object) bool {
	base := container.Container.BaseNetwork
	return base != "" && !n.unread(engine.KindNetwork) && len(n.index.named[engineName{engine.KindNetwork, base}]) == 0
}

// offline reports whether a container of obj is on none of the networks that its
// manifest declares.
func (n networks) offline(obj spec.Object, container engine.Object) bool {
	if obj.Container.NetworkMode != "" {
		return false
	}
	want := attachments(n.Desired, obj)
	return len(want) > 0 && !slices.ContainsFunc(want, func(at engine.Attachment) bool {
		return slices.ContainsFunc(container.Container.Attachments, func(h engine.Attachment) bool { return h.Network == at.Network })
	})
}

// attach returns the actions that connect a container of obj to the networks it
// lacks, and then disconnect it from those that its manifest does not name. It
// leaves no network while another one cannot be joined yet.
func (n networks) attach(obj spec.Object, inc incarnation) []Action {
	if obj.Container.NetworkMode != "" {
		return nil // it joins no networks, although the engine may report one
	}
	want := map[string]engine.Attachment{}
	var actions []Action
	waiting := false
	act := func(v Verb, at engine.Attachment) {
		actions = append(actions, Action{
			Verb: v, Key: obj.Key(), Object: obj,
			Target: inc.obj.ID, Attachment: at, Reason: CauseAttachment,
		})
	}
	has := inc.obj.Container.Attachments
	for _, at := range attachments(n.Desired, obj) {
		want[at.Network] = at
		if !n.joinable(at.Network) {
			if n.unread(engine.KindNetwork) {
				return nil // rather than leave it without a network
			}
			waiting = waiting || !slices.ContainsFunc(has, func(h engine.Attachment) bool { return h.Network == at.Network })
			continue
		}
		i := slices.IndexFunc(has, func(h engine.Attachment) bool { return h.Network == at.Network })
		switch {
		case i < 0:
			act(Connect, at)
		case !at.FulfilledBy(has[i]):
			act(Disconnect, has[i])
			act(Connect, at)
		}
	}
	for _, at := range has {
		if _, wanted := want[at.Network]; !wanted && !waiting {
			act(Disconnect, at)
		}
	}
	return actions
}

// joinable reports whether exactly one network has that name.
func (n networks) joinable(network string) bool {
	return len(n.index.named[engineName{engine.KindNetwork, network}]) == 1
}

// publishes reports whether a container is on a network from which ports are
// published. Internal networks publish none; neither do networks that may be
// internal, because the engine failed to list them.
func (n networks) publishes(state *engine.Container) bool {
	return slices.ContainsFunc(state.Attachments, func(at engine.Attachment) bool {
		named := n.index.named[engineName{engine.KindNetwork, at.Network}]
		if len(named) == 0 {
			return !n.unread(engine.KindNetwork)
		}
		return !named[0].Network.Internal
	})
}

// attachments returns the networks that a desired container joins by engine
// name, each with the container's DNS names on it: metadata.name and the aliases.
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
