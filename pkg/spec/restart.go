// SPDX-License-Identifier: Apache-2.0

package spec

// RestartName is the name of a restart policy.
type RestartName string

// The restart policies.
const (
	// RestartNo lets the container end; exit code 0 is Completed.
	RestartNo RestartName = "no"
	// RestartAlways restarts whatever the exit code. The default.
	RestartAlways RestartName = "always"
	// RestartOnFailure restarts on a non-zero exit code.
	RestartOnFailure RestartName = "on-failure"
	// RestartUnlessStopped restarts whatever the exit code, and leaves a
	// container that a user stopped.
	RestartUnlessStopped RestartName = "unless-stopped"
)

// RestartPolicy is what follows a container's end. In a manifest the name alone
// may stand for it.
type RestartPolicy struct {
	// Name is the policy; empty means always.
	Name RestartName `json:"name,omitempty"`
	// MaximumRetryCount limits on-failure; zero means no limit.
	MaximumRetryCount int `json:"maximumRetryCount,omitempty"`
}

// RestartManager is who restarts a container.
type RestartManager string

// The managers of restarts.
const (
	// RestartByController keeps order, backoff and status. The default.
	RestartByController RestartManager = "controller"
	// RestartByEngine hands the policy to the engine.
	RestartByEngine RestartManager = "engine"
)

// RestartBackoff is the delay between restarts in a row: the first is
// immediate, the second waits Initial, and each further one twice as long up to
// Max. Zero fields mean the defaults.
type RestartBackoff struct {
	// Initial is the delay of the second restart; zero means 1s.
	Initial Duration `json:"initial,omitzero"`
	// Max bounds the delay; zero means 5m.
	Max Duration `json:"max,omitzero"`
	// ResetAfter is how long a run has to last for the count to start over; zero
	// means 10m.
	ResetAfter Duration `json:"resetAfter,omitzero"`
}

// OnUnhealthy says what follows when a container is unhealthy.
type OnUnhealthy string

// The answers to an unhealthy container.
const (
	// UnhealthyRestart restarts it, with backoff. The default.
	UnhealthyRestart OnUnhealthy = "restart"
	// UnhealthyIgnore only tells of it.
	UnhealthyIgnore OnUnhealthy = "ignore"
)

// Dependency is a container to start after. In a manifest the name alone may
// stand for it.
type Dependency struct {
	// Name is the name of a Container, with "namespace/" before it when it is in
	// another one.
	Name string `json:"name"`
	// Condition is how far it must have come; empty means ready.
	Condition Until `json:"condition,omitempty"`
	// Required false lets the container start when the dependency is missing or
	// failed; nil means true.
	Required *bool `json:"required,omitempty"`
	// Restart restarts the container when the dependency was replaced.
	Restart bool `json:"restart,omitempty"`
}
