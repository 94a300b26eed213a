// SPDX-License-Identifier: Apache-2.0

// Package actuator carries out one action of a plan at the engine. It decides
// nothing, retries nothing and remembers nothing: each action is one engine
// call with a deadline, and doing it twice does no harm. The controller and the
// simulation call it.
package actuator
