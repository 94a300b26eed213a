// SPDX-License-Identifier: Apache-2.0

package observer

import "github.com/pact-toolbox/reconciler/pkg/engine"

// Observe passes an event to the cache as the engine's stream does.
func Observe(c *Cache, ev engine.Event) { c.observe(ev) }
