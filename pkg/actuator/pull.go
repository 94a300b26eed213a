// SPDX-License-Identifier: Apache-2.0

package actuator

import (
	"context"
	"errors"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// errSilent is the cause of the end of a pull without progress.
var errSilent = errors.New("no progress")

// pull pulls an image. It has no overall timeout, because a large image on a slow
// line may take long. It returns ImageUnavailable when there is no progress for
// too long, so that a registry that hangs does not occupy a slot.
func (a *Actuator) pull(ctx context.Context, action plan.Action) error {
	c, limit := action.Object.Container, a.opts.Timeout
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(limit, func() { cancel(errSilent) })
	defer silence.Stop()
	request := engine.PullRequest{Reference: c.ImageReference(), Platform: c.Platform}
	err := a.engine.Pull(ctx, request, func(p engine.Progress) {
		silence.Reset(limit)
		if action.Progress != nil {
			action.Progress(p)
		}
	})
	if err != nil && errors.Is(context.Cause(ctx), errSilent) {
		return engine.Errorf("pull", engine.ImageUnavailable, "%s: %w for %s", request.Reference, errSilent, limit)
	}
	return err
}
