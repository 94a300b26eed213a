// SPDX-License-Identifier: Apache-2.0

package main

import "strings"

// engines are the engines in the order of the document.
var engines = []string{"stable", "trixie", "sid", "sid-containerd", "podman", "rootless"}

// reason explains failures of an engine.
type reason struct {
	engine string
	// text is part of the messages or of the name of the failed tests.
	text string
	why  string
}

// reasons lists the failures that are understood. The first reason that applies
// counts.
var reasons = []reason{
	{"sid-containerd", "waited for these events in order", "not explained: the containers were removed in parallel, and one was started again before its dependency was known to have ended; the test failed once and passed twice"},

	{"rootless", "create_refuses_a_missing_host_path", "the folder of that run could be read by root only; the test uses another one since"},
	{"rootless", "connect: connection refused", "its network namespace cannot reach the test's registry, which is on the loopback interface of the host"},
	{"rootless", "container could not join or create cgroup", noCgroups},
	{"rootless", "memory limit is ", noCgroups},
	{"rootless", "waited for .HostConfig.NanoCpus", noCgroups},
	{"rootless", "unable to get all container pids", noCgroups},

	{"podman", "HTTP response to HTTPS client", "Podman pulls without TLS only from registries in registries.conf, so that the test's registry is not reached"},
	{"podman", "timed out: it is ", podmanHealth},
	{"podman", "app does not exist", podmanHealth},
	{"podman", "resources.limits.pids", "Podman limits each container to 2048 processes by default and reports that, which counts as drift"},
	{"podman", "waited for .HostConfig.NanoCpus", "Podman ignores the limit of CPUs in an update"},
	{"podman", "create_refuses_a_missing_host_path", "Podman creates a missing source of a bind mount"},
	{"podman", "timed out: event of volume", "Podman reports no events of volumes"},
	{"podman", "timed out: event of ", "Podman reports the removal of a container and repeats events in another way"},
	{"podman", "code is \"\" (error: <nil>)", "Podman permits what Docker refuses"},
	{"podman", "requested address is ,", podmanFields},
	{"podman", "(-want +got)", podmanFields},
	{"podman", "limit of processes", podmanFields},
	{"podman", "limits is {0", podmanFields},
	{"podman", "base network is ,", "Podman does not report on which network a container was created"},
	{"podman", "own networks is 1", podmanFields},
	{"podman", "interval is 0s, want 1s", "Podman accepts an interval of the start period, which this API version of Docker lacks"},
	{"podman", "image not known", "Podman reports an image for another platform as missing"},
	{"podman", "networks of a created container is 1", "Podman applies a disconnection of a created container only at its start"},
	{"podman", "bound ports is 1, want 0", "Podman publishes ports independently of networks"},
	{"podman", "exit code is 0, want 127", "Podman sets no exit code after a start that failed"},
}

// The reasons for several kinds of failures.
const (
	noCgroups    = "without cgroups v2, an engine without privileges cannot limit or measure resources"
	podmanHealth = "Podman runs health checks by timers of systemd, which does not run here"
	podmanFields = "Podman does not report some fields, or reports them in another form"
)

// explain returns the reason for a failed test; "" if it is not understood.
func explain(engine string, t test) string {
	text := strings.Join(messages(t.output), "\n")
	for _, r := range reasons {
		if r.engine == engine && (strings.Contains(text, r.text) || strings.Contains(t.name, r.text)) {
			return r.why
		}
	}
	return ""
}
