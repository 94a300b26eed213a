// SPDX-License-Identifier: Apache-2.0

package controller

import "github.com/pact-toolbox/reconciler/pkg/plan"

// SetBuild replaces the function that indexes a world.
func (c *Controller) SetBuild(build func(plan.Input) plan.World) {
	c.locked(func() { c.build = build })
}
