// SPDX-License-Identifier: Apache-2.0

package spec

// HealthCheck is a health check that the engine runs.
type HealthCheck struct {
	// Test is ["CMD", arg...], ["CMD-SHELL", command] or ["NONE"].
	Test []string `json:"test"`
	// Interval is the time between two runs; zero means 30s.
	Interval Duration `json:"interval,omitzero"`
	// Timeout is the limit of one run; zero means 30s.
	Timeout Duration `json:"timeout,omitzero"`
	// Retries is the number of failures in a row that mean unhealthy; zero
	// means 3.
	Retries int `json:"retries,omitempty"`
	// StartPeriod is the time in which failures do not count; zero means none.
	StartPeriod Duration `json:"startPeriod,omitzero"`
	// StartInterval takes the place of Interval during StartPeriod; zero means
	// the engine's default. It needs Docker 25 or later.
	StartInterval Duration `json:"startInterval,omitzero"`
}

// Probes are checks that the controller runs.
type Probes struct {
	// Startup holds the other two back until it has succeeded once.
	Startup *Probe `json:"startup,omitempty"`
	// Readiness decides whether the container is Ready.
	Readiness *Probe `json:"readiness,omitempty"`
	// Liveness has the container restarted when it fails.
	Liveness *Probe `json:"liveness,omitempty"`
}

// Probe is one check. Exactly one of HTTPGet, TCPSocket, Exec, GRPC and Log is
// set.
type Probe struct {
	// HTTPGet succeeds when an HTTP request is answered as expected.
	HTTPGet *HTTPGet `json:"httpGet,omitempty"`
	// TCPSocket succeeds when a connection can be made.
	TCPSocket *TCPSocket `json:"tcpSocket,omitempty"`
	// Exec succeeds when a command in the container exits with 0.
	Exec *Exec `json:"exec,omitempty"`
	// GRPC succeeds when the gRPC health service answers SERVING.
	GRPC *GRPC `json:"grpc,omitempty"`
	// Log succeeds when a line of the container's output matches.
	Log *LogMatch `json:"log,omitempty"`
	// Period is the time between two runs; zero means 10s.
	Period Duration `json:"period,omitzero"`
	// Timeout is the limit of one run; zero means 1s.
	Timeout Duration `json:"timeout,omitzero"`
	// InitialDelay is the time before the first run; zero means none.
	InitialDelay Duration `json:"initialDelay,omitzero"`
	// SuccessThreshold is the number of successes in a row that mean success;
	// zero means 1.
	SuccessThreshold int `json:"successThreshold,omitempty"`
	// FailureThreshold is the number of failures in a row that mean failure;
	// zero means 3.
	FailureThreshold int `json:"failureThreshold,omitempty"`
}

// HTTPGet is an HTTP request to the container.
type HTTPGet struct {
	// Port is the container's port.
	Port int `json:"port"`
	// Path begins with "/"; empty means "/".
	Path string `json:"path,omitempty"`
	// Scheme is http or https; empty means http. Certificates are not verified.
	Scheme string `json:"scheme,omitempty"`
	// Headers are sent with the request.
	Headers map[string]string `json:"headers,omitempty"`
	// ExpectStatus is a status code, a range such as "200-399", or several with
	// commas between them; empty means "200-399".
	ExpectStatus string `json:"expectStatus,omitempty"`
}

// TCPSocket is a connection to the container.
type TCPSocket struct {
	// Port is the container's port.
	Port int `json:"port"`
}

// Exec is a command in the container.
type Exec struct {
	// Command is the program and its arguments; no shell is involved.
	Command []string `json:"command"`
}

// GRPC is a call of the gRPC health service.
type GRPC struct {
	// Port is the container's port.
	Port int `json:"port"`
	// Service is the service asked about; empty means the server as a whole.
	Service string `json:"service,omitempty"`
}

// LogMatch looks for a line of the container's output since its start.
type LogMatch struct {
	// Pattern is a regular expression (RE2).
	Pattern string `json:"pattern"`
}
