// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Pulls holds the state of image pulls by image reference.
type Pulls struct {
	// Done is when an image was last pulled; nil disables the check for newer
	// images of running containers.
	Done map[string]time.Time
	// Running is the progress of the pulls that are under way.
	Running map[string]engine.Progress
	// Interval is how often the registry is checked for a newer image of a running
	// container with pullPolicy always; zero means once.
	Interval time.Duration
}

// pullFresh is how long an image that was just pulled is not pulled again.
const pullFresh = time.Minute

// images decides when the image of a container is pulled.
type images struct{ World }

// pull returns the action that pulls the image when the pull policy asks for it,
// or a blocker when the policy forbids it and the image is missing, or when the
// engine may have the image and failed to list it.
func (i images) pull(obj spec.Object, cause Cause) ([]Action, *Blocker) {
	have := i.hasImage(obj)
	if !have && i.unread(engine.KindImage) && obj.Container.PullPolicy != spec.PullAlways {
		b := i.unreadBlocker(obj.Key(), engine.KindImage)
		return nil, &b
	}
	switch obj.Container.PullPolicy {
	case spec.PullNever:
		if !have {
			return nil, &Blocker{
				Key: obj.Key(), Reason: condition.ReasonImageNeverPull, Stalls: true,
				Message: "the engine does not have the image " + obj.Container.ImageReference() +
					", and pullPolicy is never: build or load it, or change pullPolicy",
			}
		}
		return nil, nil
	case spec.PullMissing:
		if have {
			return nil, nil
		}
	case spec.PullAlways:
		if done, ok := i.Pulls.Done[obj.Container.ImageReference()]; ok && have && i.Now.Before(done.Add(pullFresh)) {
			return nil, nil
		}
	}
	return []Action{{Verb: Pull, Key: obj.Key(), Object: obj, Reason: cause}}, nil
}

// progress describes a pull of the image that is under way; false when there is
// none.
func (i images) progress(obj spec.Object) (string, bool) {
	p, ok := i.Pulls.Running[obj.Container.ImageReference()]
	if !ok {
		return "", false
	}
	message := "pulling " + obj.Container.ImageReference()
	if p.Total > 0 {
		message += fmt.Sprintf(": %s of %s", megabytes(p.Done), megabytes(p.Total))
	}
	return message, true
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }

// NeedsPull reports whether the image of a container is to be pulled before it can
// be created.
func NeedsPull(w World, obj spec.Object) bool {
	pull, _ := images{w}.pull(obj, CauseMissing)
	return len(pull) > 0
}

// checkImage pulls the image of a running main to look for a newer one, when the
// pull policy is always: once for each controller, then at each interval. An
// unreachable registry does not affect the container. No requeue is asked for,
// because the next resync finds a check that is due.
func (l lifecycle) checkImage(d Decision) Decision {
	if l.Pulls.Done == nil || l.obj.Container.PullPolicy != spec.PullAlways || len(d.Actions) > 0 {
		return d
	}
	done, ok := l.Pulls.Done[l.obj.Container.ImageReference()]
	if ok && (l.Pulls.Interval == 0 || l.Now.Before(done.Add(l.Pulls.Interval))) {
		return d
	}
	if f := l.record().Failure; f != nil && f.Verb == Pull && f.Hash == l.hash && l.Now.Before(retryAt(f)) {
		return d
	}
	d.Actions = []Action{{Verb: Pull, Key: d.Key, Object: l.obj, Reason: CauseImageCheck}}
	return d
}
