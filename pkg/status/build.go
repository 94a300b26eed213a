// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Build returns the report of the resource that d was decided for, as if it were
// the first one; After makes it the successor of another.
func Build(w plan.World, d plan.Decision) Report {
	obj, _ := w.Object(d.Key)
	r := Report{Key: d.Key, Object: obj}
	r.Status = v1alpha1.Status{
		ObservedGeneration: obj.Generation,
		Conditions:         plan.Conditions(w, d, nil),
		Phase:              string(plan.PhaseOf(w, d)),
		Restarts:           w.History[d.Key].Restarts,
		Dependencies:       keyStrings(w.Dependencies(d.Key)),
		Dependents:         keyStrings(w.Dependents(d.Key)),
	}
	r.Status.Variables = obj.Variables
	if !obj.IsZero() && !obj.Kind.Content() {
		r.Status.EngineName = obj.EngineName()
	}
	if !obj.IsZero() && !obj.Implied() {
		r.Status.Source = obj.Source.String()
	}
	for _, b := range d.Blocked {
		r.Status.BlockedBy = append(r.Status.BlockedBy, blockerOf(b))
	}
	if obj, found := w.Container(d.Key); found {
		r.FirstSeen = obj.Created
	}
	if d.Key.Kind == spec.KindContainer {
		r.Run = observe(&r.Status, w, d)
		r.Status.InitContainers = initContainers(w, obj)
	}
	ready := condition.IsTrue(r.Status.Conditions, condition.Ready)
	if cause, found := plan.FindRootCause(w, d); found && !ready {
		r.Status.RootCause = &v1alpha1.RootCause{Object: cause.Key.String(), Reason: cause.Reason, Message: cause.Message, Hint: cause.Reason.Hint()}
	}
	return r
}

// observe fills in the observed state of the container and returns its run; the
// zero Run when there is no container.
func observe(s *v1alpha1.Status, w plan.World, d plan.Decision) Run {
	obj, found := w.Container(d.Key)
	if !found {
		return Run{}
	}
	c := obj.Container
	s.ContainerID = obj.ID.Value
	s.EngineName = obj.Name
	s.Image = c.ImageID
	for _, p := range c.Ports {
		s.Endpoints = append(s.Endpoints, endpoint(p))
	}
	s.StartedAt = timeOf(c.StartedAt)
	if !c.Running() && !c.StartedAt.IsZero() {
		s.FinishedAt = timeOf(c.FinishedAt)
		s.ExitCode = &c.ExitCode
	}
	if s.FinishedAt != nil {
		s.LastEnd = &v1alpha1.Termination{
			ExitCode: c.ExitCode, OutOfMemory: c.OOMKilled, StartedAt: *s.StartedAt, FinishedAt: *s.FinishedAt,
		}
	}
	if h := w.Health(d.Key); h.Status != engine.HealthNone {
		s.Health = &v1alpha1.Health{Status: string(h.Status), FailingStreak: h.FailingStreak, Log: h.Log}
	}
	if !c.Running() && d.RequeueAfter > 0 {
		s.NextRestartAt = timeOf(w.Now.Add(d.RequeueAfter))
	}
	run := Run{ContainerID: obj.ID.Value, StartedAt: c.StartedAt}
	if !c.Running() {
		run.FinishedAt = c.FinishedAt
	}
	return run
}

// initContainers returns the states of the init containers of a container.
func initContainers(w plan.World, obj spec.Object) []v1alpha1.InitContainer {
	var out []v1alpha1.InitContainer
	if obj.Container == nil {
		return nil
	}
	for _, ic := range obj.Container.InitContainers {
		k := obj.InitKey(ic.Name)
		s := v1alpha1.InitContainer{
			Name: ic.Name, Object: k.String(), Restarts: w.History[k].Restarts,
			Phase: string(plan.PhaseOf(w, plan.Decide(w, k))),
		}
		if c, found := w.Container(k); found && !c.Container.Running() && !c.Container.StartedAt.IsZero() {
			s.ExitCode = &c.Container.ExitCode
		}
		out = append(out, s)
	}
	return out
}

// endpoint returns a port in the form "127.0.0.1:8080->80/tcp".
func endpoint(p engine.PortBinding) string {
	host := net.JoinHostPort(p.HostIP, strconv.Itoa(p.HostPort))
	return fmt.Sprintf("%s->%d/%s", host, p.ContainerPort, p.Protocol)
}

func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

func keyStrings(keys []spec.Key) []string {
	var out []string
	for _, k := range keys {
		out = append(out, k.String())
	}
	return out
}
