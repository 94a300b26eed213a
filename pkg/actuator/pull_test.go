// SPDX-License-Identifier: Apache-2.0

package actuator_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/actuator"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// slowRegistry is an engine whose pull reports progress a number of times, at an
// interval, and then ends or hangs.
type slowRegistry struct {
	*memory.Engine
	signs    int
	interval time.Duration
	hangs    bool
}

func (s slowRegistry) Pull(ctx context.Context, _ engine.PullRequest, progress func(engine.Progress)) error {
	for range s.signs {
		select {
		case <-time.After(s.interval):
			progress(engine.Progress{Done: 1, Total: 2})
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if s.hangs {
		<-ctx.Done()
	}
	return ctx.Err()
}

// TestPull verifies that a pull is cancelled when there is no progress for too long,
// and not otherwise, regardless of how long it takes.
func TestPull(t *testing.T) {
	for name, tc := range map[string]struct {
		registry slowRegistry
		cancel   time.Duration
		took     time.Duration
	}{
		"one that takes hours":            {registry: slowRegistry{signs: 400, interval: 59 * time.Second}, took: 400 * 59 * time.Second},
		"one that hangs from the start":   {registry: slowRegistry{hangs: true}, took: time.Minute},
		"one that hangs after a while":    {registry: slowRegistry{signs: 3, interval: 30 * time.Second, hangs: true}, took: 150 * time.Second},
		"one whose caller is interrupted": {registry: slowRegistry{hangs: true}, cancel: 5 * time.Second, took: 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tc.registry.Engine = memory.New(memory.Options{})
				a := actuator.New(tc.registry, actuator.Options{Timeout: time.Minute})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if tc.cancel > 0 {
					time.AfterFunc(tc.cancel, cancel)
				}
				signs, began := 0, time.Now()
				err := a.Do(ctx, plan.Action{
					Verb: plan.Pull, Key: desired().Key(), Object: desired(), Progress: func(engine.Progress) { signs++ },
				})
				if got := time.Since(began); got != tc.took {
					t.Errorf("it took %v, want %v", got, tc.took)
				}
				if signs != tc.registry.signs {
					t.Errorf("%d signs of progress were handed on, want %d", signs, tc.registry.signs)
				}
				switch {
				case tc.cancel > 0:
					if !errors.Is(err, context.Canceled) {
						t.Errorf("got %v", err)
					}
				case tc.registry.hangs:
					if engine.CodeOf(err) != engine.ImageUnavailable || !strings.Contains(err.Error(), "pull: app:1: no progress for 1m0s") {
						t.Errorf("got %v", err)
					}
				case err != nil:
					t.Error(err)
				}
			})
		})
	}
}
