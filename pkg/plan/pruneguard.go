// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Prune controls which orphaned objects are removed. The zero value removes them
// all.
type Prune struct {
	// Off keeps them all.
	Off bool
	// Guard is the percentage of all containers, or of all volumes, that may be
	// removed at once without approval; zero disables the guard. Free is how many
	// may be removed at once whatever the percentage is.
	Guard float64
	Free  int
	// Withheld holds the keys that the guard kept in the previous world, see
	// World.Withheld. They are kept until they are approved or declared again.
	Withheld map[spec.Key]bool
	// Suspended holds the suspended keys. Their objects are not removed until they
	// are resumed, see Record.IsSuspended.
	Suspended map[spec.Key]bool
	// All removes suspended and paused objects as well.
	All bool
	// Approved holds the keys that a user approved for removal. A container's
	// approval includes its init containers.
	Approved map[spec.Key]bool
}

// findWithheld returns the keys that the guard keeps: all orphaned keys when they
// are too many, and the keys that it kept before.
func (p pruning) findWithheld() map[spec.Key]bool {
	if p.Prune.Off || p.Prune.Guard <= 0 {
		return nil
	}
	tooMany := p.tooMany(spec.KindContainer) || p.tooMany(spec.KindVolume)
	withheld := map[spec.Key]bool{}
	for k := range p.index.owned {
		_, desired := p.Desired.Objects[k]
		before := p.Prune.Withheld[k] && !desired
		if (before || tooMany && p.orphaned(k)) && !p.approved(k) {
			withheld[k] = true
		}
	}
	return withheld
}

// tooMany reports whether more keys of a kind are orphaned than may be removed
// at once without approval. Init containers are removed with their container and
// do not count.
func (p pruning) tooMany(kind spec.Kind) bool {
	if p.unread(owner.EngineKind(kind)) {
		return false // none of them is removed, and their number is not known
	}
	orphans, all := 0, 0
	for k := range p.index.owned {
		if k.Kind != kind || containerOf(k) != k {
			continue
		}
		all++
		if p.orphaned(k) && !p.approved(k) {
			orphans++
		}
	}
	return orphans > p.Prune.Free && float64(orphans)*100 > p.Prune.Guard*float64(all)
}

// approved reports whether a user approved the removal of k.
func (p pruning) approved(k spec.Key) bool {
	return p.Prune.Approved[k] || p.Prune.Approved[containerOf(k)]
}

// containerOf returns the key of the container that an init container belongs
// to, and k itself for all other keys.
func containerOf(k spec.Key) spec.Key {
	if k.Kind == spec.KindContainer {
		k.Name, _, _ = strings.Cut(k.Name, ".") // as in Object.InitKey
	}
	return k
}

// withheldBlocker returns the blocker for a key that waits for approval.
func withheldBlocker(k spec.Key) Blocker {
	return Blocker{
		Key: k, Reason: condition.ReasonPruneWithheld, Stalls: true,
		Message: "no manifest declares it any more, and too many objects would be removed at once: " +
			"approve the removal with `reconciler approve`, or restore the manifests",
	}
}
