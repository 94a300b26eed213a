// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

func validateHealthCheck(h *HealthCheck, fail fail) {
	if h == nil {
		return
	}
	const at = "spec.healthCheck.test"
	const forms = `write ["CMD", "program", "argument"], ["CMD-SHELL", "command line"] or ["NONE"]`
	switch {
	case len(h.Test) == 0:
		fail(at, "missing", forms)
	case h.Test[0] == "NONE" && len(h.Test) == 1,
		h.Test[0] == "CMD-SHELL" && len(h.Test) == 2,
		h.Test[0] == "CMD" && len(h.Test) > 1:
	default:
		fail(at, fmt.Sprintf("invalid health check %q", h.Test), forms)
	}
	if h.Retries < 0 {
		fail("spec.healthCheck.retries", fmt.Sprintf("found %d, want 1 or more", h.Retries), "omit it for the default of 3")
	}
	if h.StartInterval > 0 && h.StartPeriod == 0 {
		fail("spec.healthCheck.startInterval", "has no effect without startPeriod", "set startPeriod, or remove it")
	}
}

func validateProbes(p *Probes, fail fail) {
	if p == nil {
		return
	}
	validateProbe(p.Startup, "spec.probes.startup", fail)
	validateProbe(p.Readiness, "spec.probes.readiness", fail)
	validateProbe(p.Liveness, "spec.probes.liveness", fail)
	for _, once := range []struct {
		probe *Probe
		name  string
	}{{p.Startup, "startup"}, {p.Liveness, "liveness"}} {
		if once.probe != nil && once.probe.SuccessThreshold > 1 {
			fail("spec.probes."+once.name+".successThreshold",
				fmt.Sprintf("found %d, want 1", once.probe.SuccessThreshold), "only readiness probes allow more than 1")
		}
	}
}

func validateProbe(p *Probe, at string, fail fail) {
	if p == nil {
		return
	}
	var checks []string
	add := func(set bool, name string) {
		if set {
			checks = append(checks, name)
		}
	}
	add(p.HTTPGet != nil, "httpGet")
	add(p.TCPSocket != nil, "tcpSocket")
	add(p.Exec != nil, "exec")
	add(p.GRPC != nil, "grpc")
	add(p.Log != nil, "log")
	switch {
	case len(checks) == 0:
		fail(at, "the probe has no check", "add one of httpGet, tcpSocket, exec, grpc or log")
	case len(checks) > 1:
		fail(at+"."+checks[1], "not allowed together with "+checks[0]+": a probe has exactly one check", "remove one of them")
	}
	atLeast(p.SuccessThreshold, 0, at+".successThreshold", "omit it for the default of 1", fail)
	atLeast(p.FailureThreshold, 0, at+".failureThreshold", "omit it for the default of 3", fail)
	validateCheck(p, at, fail)
}

// validateCheck validates the check of a probe.
func validateCheck(p *Probe, at string, fail fail) {
	if h := p.HTTPGet; h != nil {
		validatePort(h.Port, at+".httpGet.port", fail)
		oneOf(h.Scheme, at+".httpGet.scheme", fail, "http", "https")
		if h.Path != "" && h.Path[0] != '/' {
			fail(at+".httpGet.path", fmt.Sprintf("%q is not an absolute path", h.Path), "begin it with /")
		}
		if _, ok := ParseStatuses(h.ExpectStatus); !ok {
			fail(at+".httpGet.expectStatus", fmt.Sprintf("invalid status codes %q", h.ExpectStatus), `write codes such as "200", "200-399" or "200,204"`)
		}
	}
	if p.TCPSocket != nil {
		validatePort(p.TCPSocket.Port, at+".tcpSocket.port", fail)
	}
	if p.Exec != nil && len(p.Exec.Command) == 0 {
		fail(at+".exec.command", "missing", "list the program and its arguments")
	}
	if p.GRPC != nil {
		validatePort(p.GRPC.Port, at+".grpc.port", fail)
	}
	if p.Log != nil {
		if _, err := regexp.Compile(p.Log.Pattern); err != nil || p.Log.Pattern == "" {
			fail(at+".log.pattern", fmt.Sprintf("invalid regular expression %q", p.Log.Pattern), "see https://pkg.go.dev/regexp/syntax")
		}
	}
}

func validatePort(port int, at string, fail fail) {
	if port < 1 || port > 65535 {
		fail(at, fmt.Sprintf("found %d, want a port from 1 to 65535", port), "set the port that the container listens on")
	}
}

// ParseStatuses parses status codes such as "200", "200-399" or "200,204" into
// inclusive ranges. An empty text means 200-399. It returns false if the text is
// invalid.
func ParseStatuses(text string) (ranges [][2]int, ok bool) {
	if text == "" {
		return [][2]int{{200, 399}}, true
	}
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			last = first
		}
		from, err := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err != nil || err2 != nil || from < 100 || to > 599 || from > to {
			return nil, false
		}
		ranges = append(ranges, [2]int{from, to})
	}
	return ranges, true
}
