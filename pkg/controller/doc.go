// SPDX-License-Identifier: Apache-2.0

// Package controller is the loop: a queue of keys, the workers that take them,
// and nothing else that acts. For each key a worker asks plan what to do now,
// has the actuator do it, and publishes what is true afterwards. It makes no
// decision of its own and knows no engine; what it remembers is lost with the
// process at no worse cost than one attempt too many. The run command starts it.
package controller
