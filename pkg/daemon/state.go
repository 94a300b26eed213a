// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// stateLine returns the state of an object in one line; gone means that its
// report has been deleted.
func stateLine(r status.Report, gone bool) string {
	if gone {
		return goneLine(r)
	}
	ready := condition.Find(r.Status.Conditions, condition.Ready)
	accepted := condition.Find(r.Status.Conditions, condition.Accepted)
	switch {
	case accepted != nil && accepted.Status != "True":
		return accepted.Reason + ": " + accepted.Message
	case ready == nil:
		return r.Status.Phase
	case ready.Status == "True":
		return "Ready"
	}
	line := r.Status.Phase
	if ready.Reason != line {
		line += ": " + ready.Reason
	}
	if first, _, _ := strings.Cut(ready.Message, "\n"); first != "" {
		line += ": " + first
	}
	return line
}

// goneLine returns what happened to an object that is no longer reported: an
// external object and a retained volume still exist.
func goneLine(r status.Report) string {
	switch o := r.Object; {
	case o.External():
		return "no longer declared; not removed because it is external"
	case o.Volume != nil && o.Volume.DeletionPolicy == spec.Retain:
		return "no longer declared; the volume and its data are retained"
	}
	return "removed"
}

func isReady(r status.Report) bool {
	return condition.IsTrue(r.Status.Conditions, condition.Ready)
}

// keepsRunning reports whether r is a container that is running and not about
// to complete.
func keepsRunning(r status.Report) bool {
	c := condition.Find(r.Status.Conditions, condition.Running)
	return r.Key.Kind == spec.KindContainer && c != nil && c.Status == "True" && c.Reason != string(condition.ReasonCompleted)
}
