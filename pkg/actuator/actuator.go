// SPDX-License-Identifier: Apache-2.0

package actuator

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// Engine is what the actuator needs of an engine.
type Engine interface {
	engine.Writer
	Find(ctx context.Context, kind engine.Kind, name string) (engine.Object, error)
}

// Options adjust an Actuator.
type Options struct {
	// Instance is stamped on what is created.
	Instance string
	// Timeout is the deadline of one call; zero means 2m. A stop gets its grace
	// on top. A pull may take as long as it makes progress: for it this is the
	// longest silence.
	Timeout time.Duration
	// NewUID makes a fresh identity for each creation; nil means random.
	NewUID func() string
}

// Actuator carries out actions. It is safe for concurrent use.
type Actuator struct {
	engine Engine
	opts   Options
}

const defaultTimeout = 2 * time.Minute

// New makes an Actuator.
func New(e Engine, opts Options) *Actuator {
	if opts.Timeout == 0 {
		opts.Timeout = defaultTimeout
	}
	if opts.NewUID == nil {
		opts.NewUID = randomUID
	}
	return &Actuator{engine: e, opts: opts}
}

// Do carries out one action. Its error tells its code by engine.CodeOf.
func (a *Actuator) Do(ctx context.Context, action plan.Action) error {
	if action.Verb != plan.Pull {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, a.timeout(action))
		defer cancel()
	}
	if err := a.do(ctx, action); err != nil {
		return fmt.Errorf("%s %s: %w", action.Verb, action.Key, err)
	}
	return nil
}

func (a *Actuator) timeout(action plan.Action) time.Duration {
	if action.Verb == plan.Stop {
		return a.opts.Timeout + action.Grace
	}
	return a.opts.Timeout
}

func (a *Actuator) do(ctx context.Context, action plan.Action) error {
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

// create makes what the action describes, with the labels of its owner.
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

// start starts the target, or what was just created under the object's name, if
// that is ours. Files go in first: whether they are needed is the plan's to say.
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

// randomUID is 16 hexadecimal digits.
func randomUID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	return hex.EncodeToString(b[:])
}
