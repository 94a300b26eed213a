// SPDX-License-Identifier: Apache-2.0

package spec

// RestartName is the name of a restart policy.
type RestartName string

// The restart policies.
const (
	// RestartNo never restarts the container; after exit code 0 it is Completed.
	RestartNo RestartName = "no"
	// RestartAlways restarts the container after every exit. It is the default.
	RestartAlways RestartName = "always"
	// RestartOnFailure restarts the container after a non-zero exit code.
	RestartOnFailure RestartName = "on-failure"
	// RestartUnlessStopped restarts the container after every exit, unless a user
	// stopped it.
	RestartUnlessStopped RestartName = "unless-stopped"
)

// RestartPolicy specifies when a container is restarted after it exits. A string
// is short for {name: STRING}.
type RestartPolicy struct {
	// Name is the policy: "no" never restarts, "always" restarts after every exit,
	// "on-failure" restarts after a non-zero exit code, and "unless-stopped"
	// restarts after every exit unless a user stopped the container (default
	// always).
	Name RestartName `json:"name,omitempty"`
	// MaximumRetryCount is the maximum number of restarts with on-failure; 0 means no
	// limit (default 0).
	MaximumRetryCount int `json:"maximumRetryCount,omitempty"`
}

// RestartManager is the component that restarts a container.
type RestartManager string

// The managers of restarts.
const (
	// RestartByController restarts with ordering and backoff. It is the default.
	RestartByController RestartManager = "controller"
	// RestartByEngine passes the restart policy to the engine.
	RestartByEngine RestartManager = "engine"
)

// RestartBackoff sets the delay between consecutive restarts by the controller.
// The first restart is immediate, the second waits for initial, and each further
// delay doubles up to max.
type RestartBackoff struct {
	// Initial is the delay before the second restart (default 1s).
	Initial Duration `json:"initial,omitzero"`
	// Max is the maximum delay (default 5m).
	Max Duration `json:"max,omitzero"`
	// ResetAfter is the run time after which a container counts as recovered and the
	// delay starts over (default 10m).
	ResetAfter Duration `json:"resetAfter,omitzero"`
}

// OnUnhealthy is the reaction to an unhealthy container.
type OnUnhealthy string

// The reactions to an unhealthy container.
const (
	// UnhealthyRestart restarts the container with backoff. It is the default.
	UnhealthyRestart OnUnhealthy = "restart"
	// UnhealthyIgnore only reports the condition.
	UnhealthyIgnore OnUnhealthy = "ignore"
)

// Dependency names a container that must reach a condition before this one starts.
// A string is short for {name: STRING}.
type Dependency struct {
	// Name is the name of a Container, in the form "namespace/name" if it is in
	// another namespace.
	Name string `json:"name"`
	// Condition is the state that the dependency must reach: started, ready, healthy,
	// or completed (exited with code 0) (default ready).
	Condition Until `json:"condition,omitempty"`
	// Required false lets the container start when the dependency does not exist or
	// has failed (default true).
	Required *bool `json:"required,omitempty"`
	// Restart restarts this container after the dependency was replaced (default
	// false).
	Restart bool `json:"restart,omitempty"`
}
