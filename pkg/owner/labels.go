// SPDX-License-Identifier: Apache-2.0

package owner

import (
	"cmp"
	"maps"
	"strconv"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Prefix is the prefix of the controller's labels. Users may not set such labels.
const Prefix = spec.LabelPrefix

// The labels.
const (
	LabelInstance       = Prefix + "instance"
	LabelKind           = Prefix + "kind"
	LabelNamespace      = Prefix + "namespace"
	LabelName           = Prefix + "name"
	LabelEngineName     = Prefix + "engine-name"
	LabelHash           = Prefix + "hash"
	LabelEdges          = Prefix + "edges"
	LabelDeletionPolicy = Prefix + "deletion-policy"
	LabelGeneration     = Prefix + "generation"
	LabelSource         = Prefix + "source"
	LabelGrace          = Prefix + "stop-grace-period"
	LabelUID            = Prefix + "uid"
	// LabelInitOf is the container that an init container runs before.
	LabelInitOf = Prefix + "init-of"
)

// Identity is the identity of an owned object, as in its labels.
type Identity struct {
	Key spec.Key
	// EngineName is the name that it was created for. During a replacement, the
	// object has a temporary name derived from it.
	EngineName string
	Hash       spec.Hash
	Edges      []spec.Edge
	// DeletionPolicy is the policy of a volume; empty for other kinds.
	DeletionPolicy spec.DeletionPolicy
	// Grace is the stop timeout; zero means the default.
	Grace spec.Duration
	// Source is the file that declared it; empty for implied objects.
	Source string
	UID    string
}

// Stamp returns the labels of an object to be created: the user's and the
// controller's. uid must be new for every creation.
func Stamp(instance, uid string, obj spec.Object) map[string]string {
	labels := map[string]string{}
	maps.Copy(labels, UserLabels(obj.Metadata.Labels))
	switch {
	case obj.Container != nil:
		maps.Copy(labels, UserLabels(obj.Container.Labels))
		labels[LabelGrace] = obj.Container.StopGracePeriod.String()
	case obj.Network != nil:
		maps.Copy(labels, UserLabels(obj.Network.Labels))
	case obj.Volume != nil:
		maps.Copy(labels, UserLabels(obj.Volume.Labels))
		labels[LabelDeletionPolicy] = string(obj.Volume.DeletionPolicy)
	}
	labels[LabelInstance] = instance
	labels[LabelKind] = string(obj.Kind)
	labels[LabelNamespace] = obj.Metadata.Namespace
	labels[LabelName] = obj.Metadata.Name
	labels[LabelEngineName] = obj.EngineName()
	labels[LabelHash] = string(obj.Hash())
	labels[LabelEdges] = spec.EncodeEdges(obj.Edges())
	labels[LabelGeneration] = strconv.FormatInt(obj.Generation, 10)
	labels[LabelSource] = obj.Source.File
	labels[LabelUID] = uid
	if obj.Init != nil {
		labels[LabelInitOf] = obj.Init.Container
	}
	return labels
}

// Of returns the identity of an engine object; false if it is foreign. An object is
// ours only if its labels name this instance and were not inherited from an image.
// The name of a container does not matter, because users and tools rename
// containers. Networks and volumes cannot be renamed: one with another name has the
// labels of another object. So may a container, see Identify.
func Of(instance string, obj engine.Object) (Identity, bool) {
	l := obj.Labels
	uid := l[LabelUID]
	if l[LabelInstance] != instance || uid == "" || obj.InheritedLabels[LabelUID] == uid {
		return Identity{}, false
	}
	id := Identity{
		Key:            spec.Key{Kind: spec.Kind(l[LabelKind]), Namespace: l[LabelNamespace], Name: l[LabelName]},
		EngineName:     l[LabelEngineName],
		Hash:           spec.Hash(l[LabelHash]),
		DeletionPolicy: spec.DeletionPolicy(l[LabelDeletionPolicy]),
		Source:         l[LabelSource],
		UID:            uid,
	}
	if id.Key.Namespace == "" || id.Key.Name == "" || EngineKind(id.Key.Kind) != obj.ID.Kind {
		return Identity{}, false
	}
	if obj.ID.Kind != engine.KindContainer && obj.Name != id.EngineName {
		return Identity{}, false
	}
	id.Edges, _ = spec.DecodeEdges(l[LabelEdges])
	id.Grace = parseGrace(l[LabelGrace])
	return id, true
}

// Identify returns the identities of the objects that are ours, and of the
// containers that only have a copy of the labels of another container, because a
// tool cloned it. Of several containers with one UID, the one with its engine name
// is ours, otherwise the one with its temporary name, otherwise the oldest. The
// others are foreign.
func Identify(instance string, objects []engine.Object) (ours, copies map[engine.ID]Identity) {
	ours, copies = make(map[engine.ID]Identity, len(objects)), map[engine.ID]Identity{}
	byUID := map[string]engine.Object{}
	for _, obj := range objects {
		id, found := Of(instance, obj)
		if !found {
			continue
		}
		ours[obj.ID] = id
		if obj.ID.Kind != engine.KindContainer {
			continue
		}
		rival, taken := byUID[id.UID]
		switch {
		case taken && original(id, rival, obj) > 0:
			copies[rival.ID] = ours[rival.ID]
			delete(ours, rival.ID)
			byUID[id.UID] = obj
		case taken:
			copies[obj.ID] = id
			delete(ours, obj.ID)
		default:
			byUID[id.UID] = obj
		}
	}
	return ours, copies
}

// original compares two containers with one UID: negative means that a is the
// original and b has a copy of its labels.
func original(id Identity, a, b engine.Object) int {
	rank := func(obj engine.Object) int {
		switch {
		case obj.Name == id.EngineName:
			return 0
		case IsTemporaryName(obj.Name, id.EngineName, id.UID):
			return 1
		}
		return 2
	}
	return cmp.Or(rank(a)-rank(b), a.Created.Compare(b.Created), cmp.Compare(a.ID.Value, b.ID.Value))
}

// TemporaryName returns the name of a container while it is being replaced or is
// the replacement. It is unique for each incarnation.
func TemporaryName(engineName, uid string) string { return engineName + ".swap-" + uid }

// IsTemporaryName reports whether name is the temporary name of that incarnation.
func IsTemporaryName(name, engineName, uid string) bool {
	return name == TemporaryName(engineName, uid)
}

// UserLabels returns the labels without the labels of the controller.
func UserLabels(labels map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range labels {
		if !strings.HasPrefix(k, Prefix) {
			out[k] = v
		}
	}
	return out
}

// EngineKind returns the kind of the engine object for a kind; empty for configs
// and secrets, which do not exist at the engine.
func EngineKind(k spec.Kind) engine.Kind {
	switch k {
	case spec.KindContainer:
		return engine.KindContainer
	case spec.KindNetwork:
		return engine.KindNetwork
	case spec.KindVolume:
		return engine.KindVolume
	}
	return ""
}

func parseGrace(s string) spec.Duration {
	var d spec.Duration
	if d.UnmarshalJSON([]byte(strconv.Quote(s))) != nil {
		return 0
	}
	return d
}
