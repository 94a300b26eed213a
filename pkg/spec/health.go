// SPDX-License-Identifier: Apache-2.0

package spec

// HealthCheck is a health check that the engine runs inside the container.
type HealthCheck struct {
	// Test is the command to run: ["CMD", arg...] runs a program, ["CMD-SHELL",
	// command] runs a shell command, and ["NONE"] disables the health check of the
	// image. Exit code 0 means healthy.
	Test []string `json:"test"`
	// Interval is the time between two runs (default 30s).
	Interval Duration `json:"interval,omitzero"`
	// Timeout is the maximum duration of one run (default 30s).
	Timeout Duration `json:"timeout,omitzero"`
	// Retries is the number of consecutive failures after which the container is
	// unhealthy (default 3).
	Retries int `json:"retries,omitempty"`
	// StartPeriod is the time after the start during which failures are not counted
	// (default 0s).
	StartPeriod Duration `json:"startPeriod,omitzero"`
	// StartInterval replaces Interval during StartPeriod (default: the engine's
	// setting). It requires Docker 25 or later.
	StartInterval Duration `json:"startInterval,omitzero"`
}

// Probes are health checks that the controller runs.
type Probes struct {
	// Startup delays the other two probes until it has succeeded once.
	Startup *Probe `json:"startup,omitempty"`
	// Readiness determines whether the container is Ready.
	Readiness *Probe `json:"readiness,omitempty"`
	// Liveness restarts the container when it fails.
	Liveness *Probe `json:"liveness,omitempty"`
}

// Probe is a health check that the controller runs. Exactly one of httpGet,
// tcpSocket, exec, grpc and log must be set.
type Probe struct {
	// HTTPGet succeeds if an HTTP request returns an expected status code.
	HTTPGet *HTTPGet `json:"httpGet,omitempty"`
	// TCPSocket succeeds if a TCP connection can be opened.
	TCPSocket *TCPSocket `json:"tcpSocket,omitempty"`
	// Exec succeeds if a command inside the container exits with code 0.
	Exec *Exec `json:"exec,omitempty"`
	// GRPC succeeds if the gRPC health service returns SERVING.
	GRPC *GRPC `json:"grpc,omitempty"`
	// Log succeeds if a line of the container's output since its start matches a
	// pattern.
	Log *LogMatch `json:"log,omitempty"`
	// Period is the time between two runs (default 10s).
	Period Duration `json:"period,omitzero"`
	// Timeout is the maximum duration of one run (default 1s).
	Timeout Duration `json:"timeout,omitzero"`
	// InitialDelay is the time between the start of the container and the first run
	// (default 0s).
	InitialDelay Duration `json:"initialDelay,omitzero"`
	// SuccessThreshold is the number of consecutive successes after which the probe has
	// succeeded (default 1). Only readiness probes allow more than 1.
	SuccessThreshold int `json:"successThreshold,omitempty"`
	// FailureThreshold is the number of consecutive failures after which the probe has
	// failed (default 3).
	FailureThreshold int `json:"failureThreshold,omitempty"`
}

// HTTPGet is an HTTP GET request to the container.
type HTTPGet struct {
	// Port is the port of the container, from 1 to 65535.
	Port int `json:"port"`
	// Path is the path of the request; it begins with "/" (default "/").
	Path string `json:"path,omitempty"`
	// Scheme is one of http or https (default http). Certificates are not verified.
	Scheme string `json:"scheme,omitempty"`
	// Headers are the headers of the request, by name.
	Headers map[string]string `json:"headers,omitempty"`
	// ExpectStatus lists the status codes that mean success: a code, a range, or
	// several separated by commas, such as "200,204" (default "200-399").
	ExpectStatus string `json:"expectStatus,omitempty"`
}

// TCPSocket is a TCP connection to the container.
type TCPSocket struct {
	// Port is the port of the container, from 1 to 65535.
	Port int `json:"port"`
}

// Exec is a command that runs inside the container.
type Exec struct {
	// Command is the program and its arguments, run without a shell.
	Command []string `json:"command"`
}

// GRPC is a call of the standard gRPC health service.
type GRPC struct {
	// Port is the port of the container, from 1 to 65535.
	Port int `json:"port"`
	// Service is the name of the service to check (default: the server as a whole).
	Service string `json:"service,omitempty"`
}

// LogMatch searches the output of the container since its start.
type LogMatch struct {
	// Pattern is a regular expression in RE2 syntax that must match a part of a line,
	// such as "listening on .*:8080".
	Pattern string `json:"pattern"`
}
