// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Prune says what may be removed once no manifest declares it. The zero Prune
// has it all removed.
type Prune struct {
	// Off keeps it all.
	Off bool
	// Guard is the share of the containers, in percent, of which no more may go
	// at once without approval; zero asks for none. Free is how many may go
	// whatever the share.
	Guard float64
	Free  int
	// Withheld are the keys that the guard kept in the world before: they stay
	// until they are approved, however many others there are now. See
	// World.Withheld.
	Withheld map[spec.Key]bool
	// Approved are the keys that the guard lets go.
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
	var asking []spec.Key
	for k := range ix.owned {
		if w.orphaned(k) && !w.Prune.Approved[k] {
			asking = append(asking, k)
		}
	}
	tooMuch := w.tooMuch(asking)
	withheld := map[spec.Key]bool{}
	for _, k := range asking {
		if tooMuch || w.Prune.Withheld[k] {
			withheld[k] = true
		}
	}
	return withheld
}

// tooMuch reports that so much does not go at once without approval.
func (w World) tooMuch(keys []spec.Key) bool {
	going, all := containers(slices.Values(keys)), containers(maps.Keys(w.index.owned))
	return going > w.Prune.Free && float64(going)*100 > w.Prune.Guard*float64(all)
}

// containers counts the containers among keys, those that a manifest declares:
// no init containers.
func containers(keys iter.Seq[spec.Key]) int {
	n := 0
	for k := range keys {
		if k.Kind == spec.KindContainer && !strings.Contains(k.Name, ".") {
			n++
		}
	}
	return n
}

// withheldBlocker says that k waits for an approval.
func withheldBlocker(k spec.Key) Blocker {
	return Blocker{
		Key: k, Reason: condition.ReasonPruneWithheld, Stalls: true,
		Message: "its manifest is gone, and so many others with it that nothing is removed unasked: " +
			"`reconciler approve` has them removed",
	}
}
