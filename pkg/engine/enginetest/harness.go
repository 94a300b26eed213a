// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Label is on all objects that the suite creates.
const Label = "enginetest"

// Harness describes an engine to the suite. The workloads define the Image,
// Entrypoint, Command and HealthCheck of containers; the suite sets all other
// fields. Fields are required unless their documentation excludes it.
type Harness struct {
	// New returns the engine. It is called once for each test. The engine may be
	// shared with others.
	New func(t *testing.T) engine.Engine
	// Prefix begins the names of all objects that the suite creates. Concurrent runs
	// on one engine need different prefixes.
	Prefix string
	// Step is called while the suite waits, to advance virtual time; nil in real time.
	Step func()
	// WaitTimeout limits each wait; zero means one minute.
	WaitTimeout time.Duration

	// Server runs until the stop signal and then exits by itself. Its image is in the
	// local store, has the label InheritedLabel, and is named in familiar form.
	Server         engine.ContainerConfig
	InheritedLabel string
	// Stubborn ignores the stop signal.
	Stubborn engine.ContainerConfig
	// Job exits by itself, at once or soon, with a code from 0 to 125.
	Job func(code int) engine.ContainerConfig
	// Talker writes Lines at the end of its output, and exits.
	Talker engine.ContainerConfig
	Lines  []string
	// Complainer writes only Complaint, to stderr, and exits.
	Complainer engine.ContainerConfig
	Complaint  string
	// Tools are commands that run in a Server.
	Tools Tools
	// Broken names a command that does not exist.
	Broken engine.ContainerConfig
	// Healthy and Sick have a health check that passes or fails within seconds, but
	// not at once.
	Healthy engine.ContainerConfig
	Sick    engine.ContainerConfig

	// MissingImage is a valid reference without a local image.
	MissingImage string
	// Pullable is a reference that the registry serves, Unpullable one that it does
	// not; empty if no registry can be reached.
	Pullable   string
	Unpullable string
	// MissingPath is an absolute path that does not exist on the engine's host.
	MissingPath string
	// HostPath is a directory on the engine's host.
	HostPath string
	// CgroupNS is "host" or "private", whichever is not the engine's default.
	CgroupNS string
	// HostPorts are two free ports of the engine's host.
	HostPorts [2]int
	// Subnet is a free CIDR prefix.
	Subnet string
}

// Run verifies the behaviour of an engine on which the controller relies.
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

// obligation is one behaviour that an engine must have.
type obligation struct {
	name string
	run  func(*bench)
}
