// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// callOn makes one call about an object. A status of 404 counts as NotFound only
// if the object cannot be read either, because the engine also returns it for
// other objects: for example when a container starts and its network is missing.
func (r *objects) callOn(ctx context.Context, v verb, id engine.ID, do func(context.Context, *client.Client) error) error {
	o := op{verb: v, target: id.String()}
	err := r.call(ctx, o, do)
	if !errdefs.IsNotFound(err) {
		return err
	}
	if _, readErr := r.Get(ctx, id); engine.IsNotFound(readErr) {
		return &engine.Error{Op: o.String(), Code: engine.NotFound, Err: err}
	}
	return err
}

// unlessDone returns nil if the engine refused a change of an object that is as
// requested already, otherwise err.
func (r *objects) unlessDone(ctx context.Context, id engine.ID, err error, done func(engine.Object) bool) error {
	if err == nil || !answered(err) {
		return err
	}
	if obj, readErr := r.Get(ctx, id); readErr == nil && done(obj) {
		return nil
	}
	return err
}
