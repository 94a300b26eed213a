// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Prune says what may be removed once no manifest declares it. The zero Prune
// has it all removed.
type Prune struct {
	// Off keeps it all.
	Off bool
	// Guard is the share of the containers, or of the volumes, in percent, of which
	// no more may go at once without approval; zero asks for none. Free is how many
	// may go whatever the share.
	Guard float64
	Free  int
	// Withheld are the keys that the guard kept in the world before: they stay
	// until they are approved or declared, whatever else changes. See
	// World.Withheld.
	Withheld map[spec.Key]bool
	// Approved are the keys that the guard lets go, a container's with those of
	// its init containers.
	Approved map[spec.Key]bool
}

// Withheld are the keys that nobody declares and that the prune guard keeps. It
// is not to be changed.
func (w World) Withheld() map[spec.Key]bool { return w.index.withheld }

// findWithheld finds what the guard keeps: all that is to go, once that is too
// much, and what it kept before.
func (ix *index) findWithheld(w World) map[spec.Key]bool {
	if w.Prune.Off || w.Prune.Guard <= 0 {
		return nil
	}
	tooMuch := w.tooMuch(spec.KindContainer) || w.tooMuch(spec.KindVolume)
	withheld := map[spec.Key]bool{}
	for k := range ix.owned {
		_, desired := w.Desired.Objects[k]
		before := w.Prune.Withheld[k] && !desired
		if (before || tooMuch && w.orphaned(k)) && !w.approved(k) {
			withheld[k] = true
		}
	}
	return withheld
}

// tooMuch reports that so much of a kind does not go at once without approval.
// Init containers go with theirs, and do not count.
func (w World) tooMuch(kind spec.Kind) bool {
	going, all := 0, 0
	for k := range w.index.owned {
		if k.Kind != kind || containerOf(k) != k {
			continue
		}
		all++
		if w.orphaned(k) && !w.approved(k) {
			going++
		}
	}
	return going > w.Prune.Free && float64(going)*100 > w.Prune.Guard*float64(all)
}

func (w World) approved(k spec.Key) bool {
	return w.Prune.Approved[k] || w.Prune.Approved[containerOf(k)]
}

// containerOf is the key of the container of an init container, and k for all
// others.
func containerOf(k spec.Key) spec.Key {
	if k.Kind == spec.KindContainer {
		k.Name, _, _ = strings.Cut(k.Name, ".") // as in Object.InitKey
	}
	return k
}

// withheldBlocker says that k waits for an approval.
func withheldBlocker(k spec.Key) Blocker {
	return Blocker{
		Key: k, Reason: condition.ReasonPruneWithheld, Stalls: true,
		Message: "its manifest is gone, and so many others with it that nothing is removed unasked: " +
			"`reconciler approve` has them removed",
	}
}

// worksUndesired reports that what nobody declares does what it did, as far as
// that can be told: a container runs, or has ended well.
func (w World) worksUndesired(k spec.Key) bool {
	obj, found := w.Container(k)
	if k.Kind != spec.KindContainer || !found || w.runs(k) {
		return true
	}
	return obj.Container.Status == engine.StatusExited && obj.Container.ExitCode == 0
}
