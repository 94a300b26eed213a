// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Probes holds the probe results of each container.
type Probes map[engine.ID]ProbeResults

// ProbeResults holds the probe results of one run of a container.
type ProbeResults struct {
	// StartedAt identifies the run; results of an earlier run do not count.
	StartedAt                    time.Time
	Startup, Readiness, Liveness ProbeResult
}

// ProbeResult is the result of one probe.
type ProbeResult struct {
	State ProbeState
	// Failures counts the failures in a row.
	Failures int
	// Seen describes the last failure; empty when there is none.
	Seen string
}

// ProbeState is the verdict of a probe.
type ProbeState string

// The verdicts. A verdict holds until as many runs in a row as the threshold
// requires had the other result.
const (
	ProbePending ProbeState = ""       // no verdict yet
	ProbePassed  ProbeState = "passed" // it succeeded often enough
	ProbeFailed  ProbeState = "failed" // it failed often enough
)

// ProbeTarget is a running container whose manifest has probes.
type ProbeTarget struct {
	Key    spec.Key
	ID     engine.ID
	Probes *spec.Probes
	// Container is the observed container, and Network is the container whose
	// addresses and ports it has: itself, or the container whose network it shares.
	Container, Network *engine.Container
}

// ProbeTargets returns the containers to probe, sorted by key.
func (w World) ProbeTargets() []ProbeTarget {
	var targets []ProbeTarget
	for _, k := range w.index.keys {
		c := w.Desired.Objects[k].Container
		if c == nil || c.Probes == nil {
			continue
		}
		obj, found := w.Container(k)
		if !found || obj.Container.Status != engine.StatusRunning {
			continue
		}
		targets = append(targets, ProbeTarget{
			Key: k, ID: obj.ID, Probes: c.Probes, Container: obj.Container, Network: w.sharedNetwork(obj.Container),
		})
	}
	return targets
}

// sharedNetwork returns the container whose network a container uses.
func (w World) sharedNetwork(c *engine.Container) *engine.Container {
	if c.Config == nil {
		return c
	}
	id, shared := strings.CutPrefix(c.Config.NetworkMode, "container:")
	owner := w.Observed.Objects[engine.ID{Kind: engine.KindContainer, Value: id}]
	if !shared || owner.Container == nil {
		return c
	}
	return owner.Container
}

// Health is the combined health of a running container: its health check and its
// probes.
type Health struct {
	// Status is the worst status of all checks; none if there is no check.
	Status engine.Health
	// FailingStreak counts the failures in a row of the check with that status, and
	// Log is its last output.
	FailingStreak int
	Log           string

	reason  condition.Reason
	message string
	// curable reports whether a restart may help.
	curable bool
}

// Health returns the health of the container of k; zero when it does not run.
func (w World) Health(k spec.Key) Health {
	obj, found := w.Container(k)
	if !found || obj.Container == nil {
		return Health{}
	}
	return healthOf(w, w.Desired.Objects[k], obj)
}

// healthOf returns the combined health of a container.
func healthOf(w World, obj spec.Object, at engine.Object) Health {
	state := at.Container
	if !state.Running() {
		return Health{}
	}
	worst := checkHealth(state)
	if obj.Container == nil || obj.Container.Probes == nil {
		return worst
	}
	p, r := obj.Container.Probes, w.Probes[at.ID]
	if !r.StartedAt.Equal(state.StartedAt) {
		r = ProbeResults{}
	}
	for _, h := range []Health{startupHealth(p.Startup, r.Startup), livenessHealth(p.Liveness, r.Liveness), readinessHealth(p.Readiness, r.Readiness)} {
		if h.severity() > worst.severity() {
			worst = h
		}
	}
	return worst
}

// severity orders health from good to bad.
func (h Health) severity() int {
	switch {
	case h.Status == engine.HealthUnhealthy && h.curable:
		return 4
	case h.Status == engine.HealthUnhealthy:
		return 3
	case h.Status == engine.HealthStarting:
		return 2
	case h.Status == engine.HealthHealthy:
		return 1
	}
	return 0
}

// checkHealth returns the health by the engine's health check.
func checkHealth(state *engine.Container) Health {
	h := Health{Status: state.Health, FailingStreak: state.HealthFailures, Log: state.HealthLog}
	switch state.Health {
	case engine.HealthStarting:
		h.reason, h.message = condition.ReasonHealthStarting, "the health check has not passed yet"
	case engine.HealthUnhealthy:
		h.reason, h.curable = condition.ReasonHealthCheckFailed, true
		h.message = cmp.Or(strings.TrimSpace(state.HealthLog), "the health check fails")
	}
	return h
}

func startupHealth(p *spec.Probe, r ProbeResult) Health {
	if p == nil {
		return Health{}
	}
	h := probeHealth("startup", p, r)
	if r.State == ProbeFailed {
		h.reason, h.curable = condition.ReasonStartTimeout, true
		h.message = "it did not start in time: " + h.message
	}
	return h
}

// livenessHealth returns the health by a liveness probe, which counts as passed
// until it has failed.
func livenessHealth(p *spec.Probe, r ProbeResult) Health {
	if p == nil {
		return Health{}
	}
	if r.State == ProbePending {
		r.State = ProbePassed
	}
	h := probeHealth("liveness", p, r)
	h.curable = r.State == ProbeFailed
	return h
}

func readinessHealth(p *spec.Probe, r ProbeResult) Health {
	if p == nil {
		return Health{}
	}
	return probeHealth("readiness", p, r)
}

func probeHealth(name string, p *spec.Probe, r ProbeResult) Health {
	h := Health{FailingStreak: r.Failures, Log: r.Seen}
	switch r.State {
	case ProbePassed:
		h.Status = engine.HealthHealthy
	case ProbeFailed:
		threshold := p.Failures()
		h.Status, h.reason = engine.HealthUnhealthy, condition.ReasonProbeFailed
		h.message = fmt.Sprintf("the %s probe %s failed %d of %d times: %s", name, p, min(max(r.Failures, 1), threshold), threshold, r.Seen)
	default:
		h.Status, h.reason = engine.HealthStarting, condition.ReasonHealthStarting
		h.message = fmt.Sprintf("the %s probe %s has not passed yet", name, p)
		if r.Seen != "" {
			h.message += ": " + r.Seen
		}
	}
	return h
}
