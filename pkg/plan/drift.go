// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// The fields that are changed in place, or stand for more than themselves.
const (
	fieldImage         = "spec.image"
	fieldLabels        = "spec.labels"
	fieldResources     = "spec.resources"
	fieldRestartPolicy = "spec.restartPolicy"
)

// drift is which fields of the manifest a container does not match that was made
// from it, sorted. Only what the manifest declares is compared: what the engine
// or the image adds is none of our concern.
func (w World) drift(c cast) []string {
	if c.main == nil || !c.fresh(*c.main) {
		return nil
	}
	state := c.main.obj.Container
	var fields []string
	if id, known := w.Observed.Images[c.obj.Container.ImageReference()]; known && id != state.ImageID {
		fields = append(fields, fieldImage)
	}
	if have := state.Config; have != nil {
		want := w.containerConfig(c.obj)
		for name, same := range comparisons {
			if !same(want, have) {
				fields = append(fields, name)
			}
		}
		if !holdsAll(c.main.obj.Labels, owner.UserLabels(c.obj.Container.Labels)) ||
			!holdsAll(c.main.obj.Labels, owner.UserLabels(c.obj.Metadata.Labels)) {
			fields = append(fields, fieldLabels)
		}
	}
	slices.Sort(fields)
	return fields
}

// comparison reports that what is observed has what is wanted.
type comparison func(want, have *engine.ContainerConfig) bool

// comparisons are the fields of a container by their names in the manifest.
// Networks are compared where they are joined and left.
var comparisons = map[string]comparison{
	"spec.entrypoint": func(w, h *engine.ContainerConfig) bool {
		return w.Entrypoint == nil || slices.Equal(w.Entrypoint, h.Entrypoint)
	},
	"spec.command":    func(w, h *engine.ContainerConfig) bool { return w.Command == nil || slices.Equal(w.Command, h.Command) },
	"spec.env":        func(w, h *engine.ContainerConfig) bool { return containsAll(h.Env, w.Env) },
	"spec.workingDir": func(w, h *engine.ContainerConfig) bool { return unset(w.WorkingDir, h.WorkingDir) },
	"spec.user":       func(w, h *engine.ContainerConfig) bool { return unset(w.User, h.User) },
	"spec.groupAdd":   func(w, h *engine.ContainerConfig) bool { return containsAll(h.GroupAdd, w.GroupAdd) },
	"spec.hostname": func(w, h *engine.ContainerConfig) bool {
		return w.NetworkMode != "" || unset(w.Hostname, h.Hostname)
	},
	"spec.domainName": func(w, h *engine.ContainerConfig) bool { return unset(w.DomainName, h.DomainName) },
	"spec.ports":      samePorts,
	"spec.dns":        func(w, h *engine.ContainerConfig) bool { return containsAll(h.DNS, w.DNS) },
	"spec.dnsSearch":  func(w, h *engine.ContainerConfig) bool { return containsAll(h.DNSSearch, w.DNSSearch) },
	"spec.dnsOptions": func(w, h *engine.ContainerConfig) bool { return containsAll(h.DNSOptions, w.DNSOptions) },
	"spec.extraHosts": func(w, h *engine.ContainerConfig) bool { return containsAll(h.ExtraHosts, w.ExtraHosts) },
	"spec.volumes":    sameMounts,
	"spec.healthCheck": func(w, h *engine.ContainerConfig) bool {
		return w.HealthCheck == nil || h.HealthCheck != nil && sameCheck(*w.HealthCheck, *h.HealthCheck)
	},
	"spec.stopSignal": func(w, h *engine.ContainerConfig) bool { return unset(w.StopSignal, h.StopSignal) },
	"spec.init":       func(w, h *engine.ContainerConfig) bool { return w.Init == nil || h.Init != nil && *w.Init == *h.Init },
	"spec.tty":        func(w, h *engine.ContainerConfig) bool { return w.TTY == h.TTY },
	"spec.stdin":      func(w, h *engine.ContainerConfig) bool { return w.Stdin == h.Stdin },
	"spec.privileged": func(w, h *engine.ContainerConfig) bool { return w.Privileged == h.Privileged },
	"spec.capAdd":     func(w, h *engine.ContainerConfig) bool { return containsAll(caps(h.CapAdd), caps(w.CapAdd)) },
	"spec.capDrop":    func(w, h *engine.ContainerConfig) bool { return containsAll(caps(h.CapDrop), caps(w.CapDrop)) },
	"spec.readOnlyRootFilesystem": func(w, h *engine.ContainerConfig) bool {
		return w.ReadOnlyRootFilesystem == h.ReadOnlyRootFilesystem
	},
	"spec.securityOpt": func(w, h *engine.ContainerConfig) bool { return containsAll(h.SecurityOpt, w.SecurityOpt) },
	"spec.sysctls":     func(w, h *engine.ContainerConfig) bool { return holdsAll(h.Sysctls, w.Sysctls) },
	"spec.runtime":     func(w, h *engine.ContainerConfig) bool { return unset(w.Runtime, h.Runtime) },
	"spec.oomScoreAdj": func(w, h *engine.ContainerConfig) bool { return unset(w.OOMScoreAdj, h.OOMScoreAdj) },
	"spec.logging": func(w, h *engine.ContainerConfig) bool {
		return unset(w.Logging.Driver, h.Logging.Driver) && holdsAll(h.Logging.Options, w.Logging.Options)
	},
	fieldResources:     func(w, h *engine.ContainerConfig) bool { return sameResources(w.Resources, h.Resources) },
	fieldRestartPolicy: sameRestartPolicy,
}

// unset reports that a value is not wanted, or had.
func unset[T comparable](want, have T) bool {
	var zero T
	return want == zero || want == have
}

// holdsAll reports that a map has all entries of another.
func holdsAll(have, want map[string]string) bool {
	for k, v := range maps.All(want) {
		if got, ok := have[k]; !ok || got != v {
			return false
		}
	}
	return true
}

// caps are capabilities in one spelling.
func caps(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = strings.TrimPrefix(strings.ToUpper(name), "CAP_")
	}
	return out
}

// samePorts finds each wanted port published; where the engine chooses the host
// port, any will do.
func samePorts(want, have *engine.ContainerConfig) bool {
	return !slices.ContainsFunc(want.Ports, func(p engine.PortBinding) bool {
		return !slices.ContainsFunc(have.Ports, func(h engine.PortBinding) bool {
			return p.ContainerPort == h.ContainerPort && p.Protocol == h.Protocol &&
				unset(p.HostPort, h.HostPort) && unset(p.HostIP, h.HostIP)
		})
	})
}

// sameMounts finds each wanted mount at its target.
func sameMounts(want, have *engine.ContainerConfig) bool {
	return !slices.ContainsFunc(want.Mounts, func(m engine.Mount) bool {
		return !slices.ContainsFunc(have.Mounts, func(h engine.Mount) bool {
			return m.Target == h.Target && m.Type == h.Type && m.ReadOnly == h.ReadOnly && unset(m.Source, h.Source)
		})
	})
}

func sameCheck(want, have engine.HealthCheck) bool {
	return (want.Test == nil || slices.Equal(want.Test, have.Test)) && unset(want.Interval, have.Interval) &&
		unset(want.Timeout, have.Timeout) && unset(want.StartPeriod, have.StartPeriod) &&
		unset(want.StartInterval, have.StartInterval) && unset(want.Retries, have.Retries)
}

// sameResources compares the limits that are wanted.
func sameResources(want, have engine.Resources) bool {
	return unset(want.NanoCPUs, have.NanoCPUs) && unset(want.Memory, have.Memory) &&
		unset(want.MemoryReservation, have.MemoryReservation) && unset(want.MemorySwap, have.MemorySwap) &&
		unset(want.PIDs, have.PIDs) && unset(want.CPUShares, have.CPUShares) &&
		unset(want.CPUSetCPUs, have.CPUSetCPUs) && unset(want.BlkioWeight, have.BlkioWeight)
}

// sameRestartPolicy finds the engine's own policy as we gave it: were it another,
// the engine would restart what we have stopped.
func sameRestartPolicy(want, have *engine.ContainerConfig) bool {
	policy := func(c *engine.ContainerConfig) engine.RestartPolicy {
		p := c.RestartPolicy
		if p.Name == "no" {
			p.Name = ""
		}
		return p
	}
	return policy(want) == policy(have)
}

// corrects reports that a drift is to be taken away: the manifest leaves that to
// us, and it is not the same again that was corrected before.
func (w World) corrects(c cast, fields []string) bool {
	policy := c.obj.Container.Drift
	if len(fields) == 0 || policy == spec.DriftWarn || policy == spec.DriftIgnore {
		return false
	}
	return w.History[c.obj.Key()].Corrected != w.correctionOf(c, fields)
}

// correctionOf tells one correction from another.
func (w World) correctionOf(c cast, fields []string) string {
	return strings.Join(fields, ",") + " " + string(c.hash) + " " + w.Observed.Images[c.obj.Container.ImageReference()]
}

// decideDrift takes a drift away: in place where the engine can, else by a
// replacement. False when nothing is to be done about it now.
func (w World) decideDrift(c cast) (Decision, bool) {
	state := c.main.obj.Container
	settled := state.Status == engine.StatusRunning || state.Status == engine.StatusExited && !w.finished(c.obj, state)
	if !settled || state.Error != "" || len(c.olds) > 0 {
		return Decision{}, false
	}
	fields := w.drift(c)
	if !w.corrects(c, fields) {
		return Decision{}, false
	}
	d := w.correction(c, fields)
	for i := range d.Actions {
		a := &d.Actions[i]
		if a.Reason == WhySpecChanged || a.Reason == WhySwap {
			a.Reason, a.Detail = WhyDrifted, strings.Join(fields, ", ")
		}
		if a.Verb == Start || a.Verb == Update {
			a.Corrected = w.correctionOf(c, fields)
		}
	}
	return d, true
}

// correction is what makes a container again what the manifest wants.
func (w World) correction(c cast, fields []string) Decision {
	state := c.main.obj.Container
	elsewhere := slices.ContainsFunc(fields, func(f string) bool { return f != fieldResources && f != fieldRestartPolicy })
	want := w.containerConfig(c.obj)
	if elsewhere || !want.Resources.Reachable(state.Config.Resources) {
		c.drifted = true
		return w.decideStale(c)
	}
	d := Decision{Key: c.obj.Key(), Actions: []Action{{
		Verb: Update, Key: c.obj.Key(), Object: c.obj, Target: c.main.obj.ID, Reason: WhySpecChanged,
		Update: engine.Update{Resources: &want.Resources, RestartPolicy: &want.RestartPolicy},
	}}}
	return w.gateFailure(d, c.hash)
}
