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
		fail(at, fmt.Sprintf("%q is no health check", h.Test), forms)
	}
	if h.Retries < 0 {
		fail("spec.healthCheck.retries", fmt.Sprintf("found %d, want 1 or more", h.Retries), "leave it out for 3")
	}
	if h.StartInterval > 0 && h.StartPeriod == 0 {
		fail("spec.healthCheck.startInterval", "it counts during startPeriod, and there is none", "add startPeriod, or remove it")
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
				fmt.Sprintf("found %d, want 1", once.probe.SuccessThreshold), "only readiness takes more than one success")
		}
	}
}

func validateProbe(p *Probe, at string, fail fail) {
	if p == nil {
		return
	}
	var ways []string
	way := func(set bool, name string) {
		if set {
			ways = append(ways, name)
		}
	}
	way(p.HTTPGet != nil, "httpGet")
	way(p.TCPSocket != nil, "tcpSocket")
	way(p.Exec != nil, "exec")
	way(p.GRPC != nil, "grpc")
	way(p.Log != nil, "log")
	switch {
	case len(ways) == 0:
		fail(at, "it does not say how to probe", "add one of httpGet, tcpSocket, exec, grpc or log")
	case len(ways) > 1:
		fail(at+"."+ways[1], "a probe has one way, and this one has "+ways[0]+" too", "remove one of them")
	}
	atLeast(p.SuccessThreshold, 0, at+".successThreshold", "leave it out for 1", fail)
	atLeast(p.FailureThreshold, 0, at+".failureThreshold", "leave it out for 3", fail)
	validateWay(p, at, fail)
}

// validateWay finds what is wrong with how a probe is made.
func validateWay(p *Probe, at string, fail fail) {
	if h := p.HTTPGet; h != nil {
		validatePort(h.Port, at+".httpGet.port", fail)
		oneOf(h.Scheme, at+".httpGet.scheme", fail, "http", "https")
		if h.Path != "" && h.Path[0] != '/' {
			fail(at+".httpGet.path", fmt.Sprintf("%q is no absolute path", h.Path), "begin it with /")
		}
		if _, ok := ParseStatuses(h.ExpectStatus); !ok {
			fail(at+".httpGet.expectStatus", fmt.Sprintf("%q are no status codes", h.ExpectStatus), `write it like "200", "200-399" or "200,204"`)
		}
	}
	if p.TCPSocket != nil {
		validatePort(p.TCPSocket.Port, at+".tcpSocket.port", fail)
	}
	if p.Exec != nil && len(p.Exec.Command) == 0 {
		fail(at+".exec.command", "missing", "name the program and its arguments")
	}
	if p.GRPC != nil {
		validatePort(p.GRPC.Port, at+".grpc.port", fail)
	}
	if p.Log != nil {
		if _, err := regexp.Compile(p.Log.Pattern); err != nil || p.Log.Pattern == "" {
			fail(at+".log.pattern", fmt.Sprintf("%q is no regular expression", p.Log.Pattern), "see https://pkg.go.dev/regexp/syntax")
		}
	}
}

func validatePort(port int, at string, fail fail) {
	if port < 1 || port > 65535 {
		fail(at, fmt.Sprintf("found %d, want a port from 1 to 65535", port), "name the port that the container listens on")
	}
}

// ParseStatuses reads status codes such as "200", "200-399" or "200,204"; empty
// means 200-399. The ranges are inclusive.
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
