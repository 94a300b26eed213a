// SPDX-License-Identifier: Apache-2.0

package actuator

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// Engine is the part of an engine that the actuator uses.
type Engine interface {
	engine.Writer
	Find(ctx context.Context, kind engine.Kind, name string) (engine.Object, error)
}

// Options configure an Actuator.
type Options struct {
	// Instance is the owner of the objects that are created.
	Instance string
	// Timeout is the timeout of an action; zero means 2m. The grace period of a stop
	// is added. For a pull it is the longest time without progress, because a pull
	// may take as long as it makes progress.
	Timeout time.Duration
	// NewUID returns the UID of an object to create; nil means random UUIDs.
	NewUID func() string
}

// Actuator carries out actions. It is safe for concurrent use.
type Actuator struct {
	engine Engine
	opts   Options
}

const defaultTimeout = 2 * time.Minute

// New returns an Actuator.
func New(e Engine, opts Options) *Actuator {
	if opts.Timeout == 0 {
		opts.Timeout = defaultTimeout
	}
	if opts.NewUID == nil {
		opts.NewUID = uuid.NewString
	}
	return &Actuator{engine: e, opts: opts}
}

// Do carries out one action. engine.CodeOf returns the code of its error.
func (a *Actuator) Do(ctx context.Context, action plan.Action) error {
	if action.Verb != plan.Pull {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, a.timeout(action))
		defer cancel()
	}
	if err := a.perform(ctx, action); err != nil {
		return fmt.Errorf("%s %s: %w", action.Verb, action.Key, err)
	}
	return nil
}

// timeout returns the timeout of an action.
func (a *Actuator) timeout(action plan.Action) time.Duration {
	if action.Verb == plan.Stop {
		return a.opts.Timeout + action.Grace
	}
	return a.opts.Timeout
}

// perform calls the engine.
func (a *Actuator) perform(ctx context.Context, action plan.Action) error {
	switch action.Verb {
	case plan.Pull:
		return a.pull(ctx, action)
	case plan.Create:
		return a.create(ctx, action)
	case plan.Start:
		return a.start(ctx, action)
	case plan.Stop:
		return a.engine.Stop(ctx, action.Target, action.Grace)
	case plan.Rename:
		return a.engine.Rename(ctx, action.Target, action.Name)
	case plan.Connect:
		return a.engine.Connect(ctx, action.Target, action.Attachment)
	case plan.Disconnect:
		return a.engine.Disconnect(ctx, action.Target, action.Attachment.Network)
	case plan.Update:
		return a.engine.Update(ctx, action.Target, action.Update)
	case plan.Remove:
		return a.engine.Remove(ctx, action.Target)
	}
	return engine.Errorf("actuate", engine.Invalid, "unknown verb %q", action.Verb)
}

// create creates the object of the action with the labels of its owner.
func (a *Actuator) create(ctx context.Context, action plan.Action) error {
	uid := a.opts.NewUID()
	labels := owner.Stamp(a.opts.Instance, uid, action.Object)
	var err error
	switch {
	case action.Container != nil:
		cfg := *action.Container
		cfg.Labels = labels
		if action.Temporary {
			cfg.Name = owner.TemporaryName(cfg.Name, uid)
		}
		_, err = a.engine.CreateContainer(ctx, cfg)
	case action.Network != nil:
		cfg := *action.Network
		cfg.Labels = labels
		_, err = a.engine.CreateNetwork(ctx, cfg)
	case action.Volume != nil:
		cfg := *action.Volume
		cfg.Labels = labels
		_, err = a.engine.CreateVolume(ctx, cfg)
	}
	return err
}

// start copies the files of the action into the target and starts it. Without a
// target it starts the container with the object's engine name, which was just
// created; it returns NameInUse when that belongs to another object.
func (a *Actuator) start(ctx context.Context, action plan.Action) error {
	id := action.Target
	if id.IsZero() {
		obj, err := a.engine.Find(ctx, engine.KindContainer, action.Object.EngineName())
		if err != nil {
			return err
		}
		if who, ours := owner.Of(a.opts.Instance, obj); !ours || who.Key != action.Key {
			return engine.Errorf("start "+obj.Name, engine.NameInUse, "the container %s is not ours", obj.ID)
		}
		id = obj.ID
	}
	if len(action.Files) > 0 {
		if err := a.engine.CopyTo(ctx, id, action.Files); err != nil {
			return err
		}
	}
	return a.engine.Start(ctx, id)
}
