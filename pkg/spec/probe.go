// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The defaults of probes, which are the defaults of Kubernetes.
const (
	defaultProbePeriod   = 10 * time.Second
	defaultProbeTimeout  = time.Second
	defaultProbeFailures = 3
)

// Every returns the time between two runs.
func (p *Probe) Every() time.Duration { return cmp.Or(p.Period.Std(), defaultProbePeriod) }

// Limit returns the maximum duration of one run.
func (p *Probe) Limit() time.Duration { return cmp.Or(p.Timeout.Std(), defaultProbeTimeout) }

// Successes returns the number of consecutive successes after which the probe has
// succeeded.
func (p *Probe) Successes() int { return cmp.Or(p.SuccessThreshold, 1) }

// Failures returns the number of consecutive failures after which the probe has
// failed.
func (p *Probe) Failures() int { return cmp.Or(p.FailureThreshold, defaultProbeFailures) }

// String returns a short description of the check, such as "httpGet :8080/healthz".
func (p *Probe) String() string {
	switch {
	case p.HTTPGet != nil:
		return fmt.Sprintf("httpGet :%d%s", p.HTTPGet.Port, cmp.Or(p.HTTPGet.Path, "/"))
	case p.TCPSocket != nil:
		return fmt.Sprintf("tcpSocket :%d", p.TCPSocket.Port)
	case p.Exec != nil:
		return "exec " + strings.Join(p.Exec.Command, " ")
	case p.GRPC != nil:
		return strings.TrimSuffix(fmt.Sprintf("grpc :%d/%s", p.GRPC.Port, p.GRPC.Service), "/")
	case p.Log != nil:
		return "log " + p.Log.Pattern
	}
	return "no check"
}

// Expects reports whether a status code means success.
func (h *HTTPGet) Expects(code int) bool {
	ranges, _ := ParseStatuses(h.ExpectStatus)
	return slices.ContainsFunc(ranges, func(r [2]int) bool { return r[0] <= code && code <= r[1] })
}
