// SPDX-License-Identifier: Apache-2.0

package printer

import (
	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// StateWord returns the state of an object in one word: Ready, otherwise its phase.
func StateWord(o v1alpha1.Object) string {
	if v1alpha1.IsConditionTrue(o.Status.Conditions, v1alpha1.ConditionReady) {
		return "Ready"
	}
	return o.Status.Phase
}

// IsRunning reports whether a container is running.
func IsRunning(o v1alpha1.Object) bool {
	return v1alpha1.IsConditionTrue(o.Status.Conditions, v1alpha1.ConditionRunning)
}
