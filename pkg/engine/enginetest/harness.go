// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Label is on all objects that the suite creates.
const Label = "enginetest"

// Harness is what the suite needs to know of an engine. The workloads are the
// Image, Entrypoint, Command and HealthCheck of containers; the suite sets the
// rest. Fields are required unless they say otherwise.
type Harness struct {
	// New makes the engine. It may be shared with others and is asked once for
	// each test.
	New func(t *testing.T) engine.Engine
	// Prefix begins the names of all that the suite creates; runs at the same
	// time on the same engine need different ones.
	Prefix string
	// Step is called while the suite waits for something, so that virtual time
	// can pass; nil when time passes by itself.
	Step func()
	// Patience is how long something is waited for; zero means a minute.
	Patience time.Duration

	// Server runs until the stop signal and then ends by itself. Its image is
	// there, named in familiar form, and has InheritedLabel.
	Server         engine.ContainerConfig
	InheritedLabel string
	// Stubborn ignores the stop signal.
	Stubborn engine.ContainerConfig
	// Job ends by itself, at once or soon, with an exit code from 0 to 125.
	Job func(code int) engine.ContainerConfig
	// Talker writes the Lines, the last ones of its output, and ends.
	Talker engine.ContainerConfig
	Lines  []string
	// Complainer writes the Complaint to stderr, nothing else, and ends.
	Complainer engine.ContainerConfig
	Complaint  string
	// Tools are commands to run in a Server.
	Tools Tools
	// Broken names a command that does not exist.
	Broken engine.ContainerConfig
	// Healthy and Sick have a check that says so within seconds, but not at once.
	Healthy engine.ContainerConfig
	Sick    engine.ContainerConfig

	// MissingImage is a valid reference that is not there.
	MissingImage string
	// Pullable is a reference that the registry has, Unpullable one that it has
	// not; empty where no registry can be reached.
	Pullable   string
	Unpullable string
	// MissingPath is an absolute path that the engine's host lacks.
	MissingPath string
	// HostPath is a folder of the engine's host.
	HostPath string
	// CgroupNS is "host" or "private", the one that is not the engine's default.
	CgroupNS string
	// HostPorts are two free ports of the engine's host.
	HostPorts [2]int
	// Subnet is a free CIDR prefix.
	Subnet string
}

// Run holds an engine to the behaviour that the controller relies on.
func Run(t *testing.T, h Harness) {
	for _, group := range []struct {
		name  string
		tests []obligation
	}{
		{"container", containerTests()},
		{"process", processTests()},
		{"field", fieldTests()},
		{"change", changeTests()},
		{"exec", execTests()},
		{"stream", streamTests()},
		{"option", optionTests()},
		{"name", nameTests()},
		{"port", portTests()},
		{"network", networkTests()},
		{"attachment", attachmentTests()},
		{"volume", volumeTests()},
		{"image", imageTests()},
		{"watch", watchTests()},
		{"call", callTests()},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, test := range group.tests {
				t.Run(test.name, func(t *testing.T) { test.run(newBench(t, h)) })
			}
		})
	}
}

// obligation is one thing that an engine has to do.
type obligation struct {
	name string
	run  func(*bench)
}
