// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"context"
	"log/slog"

	"github.com/pact-toolbox/reconciler/pkg/hold"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Preview returns the plan of a controller with these settings for a set of desired
// objects and the present state of the engine. It changes nothing.
func Preview(ctx context.Context, s Settings, set spec.Set) (plan.Plan, error) {
	e, closeEngine, err := s.Engine.Open(slog.New(slog.DiscardHandler))
	if err != nil {
		return plan.Plan{}, err
	}
	defer closeEngine()
	observed, err := e.List(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	if err := s.engineDir().Check(); err != nil {
		return plan.Plan{}, err
	}
	holds, err := hold.Read(s.holdsFile())
	if err != nil {
		return plan.Plan{}, err
	}
	settings := s.Settings.Settings
	settings.Prune.Suspended = holds.Suspended()
	return plan.Compute(plan.NewWorld(plan.Input{
		Settings: settings, Desired: set, Observed: observed, History: holds, Now: s.Program.Now(),
	})), nil
}
