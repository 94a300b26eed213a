// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Pulls is what is known of the fetching of images, by reference.
type Pulls struct {
	// Done is when an image was last fetched; nil has no running container's image
	// looked for at its registry.
	Done map[string]time.Time
	// Running is how far the pulls have come that are under way.
	Running map[string]engine.Progress
	// Interval is how often the registry is asked for a newer image of what runs
	// with pullPolicy always; zero means once.
	Interval time.Duration
}

// pullFresh is how long an image that was just fetched is not fetched again.
const pullFresh = time.Minute

// pull is the fetching of the image where the policy asks for it.
func (w World) pull(obj spec.Object, cause Cause) ([]Action, *Blocker) {
	have := w.hasImage(obj)
	switch obj.Container.PullPolicy {
	case spec.PullNever:
		if !have {
			return nil, &Blocker{
				Key: obj.Key(), Reason: condition.ReasonImageNeverPull, Stalls: true,
				Message: "the image " + obj.Container.ImageReference() +
					" is not at the engine and pullPolicy is never: build or load it, or change pullPolicy",
			}
		}
		return nil, nil
	case spec.PullMissing:
		if have {
			return nil, nil
		}
	case spec.PullAlways:
		if done, ok := w.Pulls.Done[obj.Container.ImageReference()]; ok && have && w.Now.Before(done.Add(pullFresh)) {
			return nil, nil
		}
	}
	return []Action{{Verb: Pull, Key: obj.Key(), Object: obj, Reason: cause}}, nil
}

// Fetches reports that a container is to have its image fetched as things are,
// once nothing else is in its way.
func (w World) Fetches(obj spec.Object) bool {
	pull, _ := w.pull(obj, CauseMissing)
	return len(pull) > 0
}

// checkImage asks the registry for a newer image of what runs, where the policy
// is always: once for each controller, then at each interval. That the registry
// does not answer is no fault of what runs. Nothing waits for it: the next resync
// finds what has become due.
func (w World) checkImage(d Decision, c cast) Decision {
	if w.Pulls.Done == nil || c.obj.Container.PullPolicy != spec.PullAlways || len(d.Actions) > 0 {
		return d
	}
	done, ok := w.Pulls.Done[c.obj.Container.ImageReference()]
	if ok && (w.Pulls.Interval == 0 || w.Now.Before(done.Add(w.Pulls.Interval))) {
		return d
	}
	if f := w.History[d.Key].Failure; f != nil && f.Verb == Pull && f.Hash == c.hash && w.Now.Before(retryAt(f)) {
		return d
	}
	d.Actions = []Action{{Verb: Pull, Key: d.Key, Object: c.obj, Reason: CauseImageCheck}}
	return d
}

func (w World) hasImage(obj spec.Object) bool {
	_, ok := w.Observed.Images[obj.Container.ImageReference()]
	return ok
}

// pulling tells how far a pull of the image has come; false when there is none.
func (w World) pulling(obj spec.Object) (string, bool) {
	p, ok := w.Pulls.Running[obj.Container.ImageReference()]
	if !ok {
		return "", false
	}
	message := "fetching " + obj.Container.ImageReference()
	if p.Total > 0 {
		message += fmt.Sprintf(": %s of %s", megabytes(p.Done), megabytes(p.Total))
	}
	return message, true
}

// megabytes is a size for people.
func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
