// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

// pkg/api/v1alpha1 cannot import pkg/plan, so that it repeats these names.
func TestWireNames(t *testing.T) {
	t.Run("the commands equal the commands of the plan", func(t *testing.T) {
		commands := []v1alpha1.Command{
			v1alpha1.CommandStop, v1alpha1.CommandStart, v1alpha1.CommandRestart, v1alpha1.CommandSuspend, v1alpha1.CommandResume,
		}
		var planned []v1alpha1.Command
		for _, c := range plan.Commands {
			planned = append(planned, v1alpha1.Command(c))
		}
		if diff := cmp.Diff(planned, commands); diff != "" {
			t.Error(diff)
		}
	})
	for phase, wire := range map[plan.Phase]string{
		plan.PhaseInvalid:       v1alpha1.PhaseInvalid,
		plan.PhaseDeleting:      v1alpha1.PhaseDeleting,
		plan.PhasePruneWithheld: v1alpha1.PhasePruneWithheld,
		plan.PhaseSuspended:     v1alpha1.PhaseSuspended,
		plan.PhaseStalled:       v1alpha1.PhaseStalled,
		plan.PhaseCrashLooping:  v1alpha1.PhaseCrashLooping,
		plan.PhasePending:       v1alpha1.PhasePending,
		plan.PhaseStarting:      v1alpha1.PhaseStarting,
		plan.PhaseRunning:       v1alpha1.PhaseRunning,
		plan.PhaseUnhealthy:     v1alpha1.PhaseUnhealthy,
		plan.PhaseStopped:       v1alpha1.PhaseStopped,
		plan.PhasePaused:        v1alpha1.PhasePaused,
		plan.PhaseCompleted:     v1alpha1.PhaseCompleted,
		plan.PhaseExited:        v1alpha1.PhaseExited,
		plan.PhasePresent:       v1alpha1.PhasePresent,
	} {
		if string(phase) != wire {
			t.Errorf("phase %s is %s on the wire", phase, wire)
		}
	}
}
