// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// level is the severity of a state, which determines its color.
type level int

const (
	levelReady level = iota
	levelWaiting
	levelFailed
	levelIdle
)

// row is the table row of an object.
type row struct {
	key       spec.Key
	name      string
	state     string
	level     level
	health    string
	restarts  string
	age       string
	ports     string
	blockers  string // why the object is not ready, in a few words
	cause     string // why the object is not ready, in full
	suspended bool
	stopped   bool
}

// rowsOf returns the rows of all declared objects, containers first. If there are
// several namespaces, names include theirs.
func rowsOf(reports []status.Report, now time.Time) []row {
	var rows []row
	namespaces := map[string]bool{}
	for _, r := range reports {
		if r.Key.Kind != spec.KindManifest {
			namespaces[r.Key.Namespace] = true
		}
	}
	for _, r := range reports {
		if r.Object.Implied() && r.Key.Kind != spec.KindManifest && !r.Object.IsZero() {
			continue
		}
		rows = append(rows, rowOf(r, now, len(namespaces) > 1))
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(kindOrder(a.key.Kind), kindOrder(b.key.Kind)), a.key.Compare(b.key))
	})
	return rows
}

// kindOrder returns the position of a kind in the table.
func kindOrder(k spec.Kind) int {
	order := []spec.Kind{spec.KindContainer, spec.KindManifest, spec.KindNetwork, spec.KindVolume, spec.KindConfig, spec.KindSecret}
	return slices.Index(order, k)
}

func rowOf(r status.Report, now time.Time, namespaced bool) row {
	s := r.Status
	out := row{
		key: r.Key, name: r.Key.Name, state: s.Phase, level: levelOf(s), health: "-", restarts: "-",
		age: duration.HumanDuration(now.Sub(r.FirstSeen)), ports: portsOf(s.Endpoints),
		suspended: s.Phase == string(plan.PhaseSuspended), stopped: s.Phase == string(plan.PhaseStopped),
	}
	if namespaced && r.Key.Kind != spec.KindManifest {
		out.name = r.Key.Namespace + "/" + r.Key.Name
	}
	switch r.Key.Kind {
	case spec.KindContainer:
		out.restarts = strconv.Itoa(s.Restarts)
	case spec.KindManifest:
	default:
		out.name = strings.ToLower(string(r.Key.Kind)) + " " + out.name
	}
	if s.Health != nil && s.Health.Status != "" {
		out.health = s.Health.Status
	}
	if s.StartedAt != nil && condition.IsTrue(s.Conditions, condition.Running) {
		out.age = duration.HumanDuration(now.Sub(*s.StartedAt))
	}
	out.blockers, out.cause = notReadyCause(r.Key, s)
	return out
}

func levelOf(s v1alpha1.Status) level {
	switch {
	case condition.IsTrue(s.Conditions, condition.Ready):
		return levelReady
	case s.Phase == string(plan.PhaseSuspended), s.Phase == string(plan.PhaseStopped):
		return levelIdle
	case condition.IsTrue(s.Conditions, condition.Stalled), s.Phase == string(plan.PhaseUnhealthy),
		s.Phase == string(plan.PhaseInvalid), s.Phase == string(plan.PhaseCrashLooping):
		return levelFailed
	}
	return levelWaiting
}

// notReadyCause returns why an object is not ready, in a few words and in full.
// Both are empty if the object is ready.
func notReadyCause(k spec.Key, s v1alpha1.Status) (short, full string) {
	ready := condition.Find(s.Conditions, condition.Ready)
	if ready == nil || ready.Status == "True" {
		return "", ""
	}
	short, full = ready.Reason, ready.Reason+": "+sanitize(ready.Message)
	if running := condition.Find(s.Conditions, condition.Running); running != nil && short == string(condition.ReasonBackOff) {
		short = running.Reason // the cause of the restart
	}
	var others []string
	for _, b := range s.BlockedBy {
		if b.Kind != k.Kind || b.Namespace != k.Namespace || b.Name != k.Name {
			others = append(others, b.Name)
		}
	}
	if len(others) > 0 {
		short = "waits for " + strings.Join(others, ", ")
	}
	if c := s.RootCause; c != nil && c.Object != k.String() {
		full += fmt.Sprintf("; root cause: %s: %s", c.Object, sanitize(c.Message))
	}
	if c := s.RootCause; c != nil && c.Hint != "" {
		full += "; hint: " + sanitize(c.Hint)
	}
	return short, full
}

// portsOf returns published ports in their shortest form, for example "8080->80".
func portsOf(endpoints []string) string {
	var out []string
	for _, e := range endpoints {
		e = strings.TrimSuffix(e, "/tcp")
		e = strings.TrimPrefix(e, "127.0.0.1:")
		out = append(out, strings.TrimPrefix(e, "0.0.0.0:"))
	}
	return strings.Join(slices.Compact(out), ",")
}

// sanitize returns s as a single line without control sequences, because texts of
// containers and files must not control the terminal.
func sanitize(s string) string {
	s = ansi.Strip(strings.ReplaceAll(strings.TrimRight(s, "\r\n"), "\t", "    "))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return ' '
		case r < ' ', r >= 0x7f && r < 0xa0:
			return -1
		}
		return r
	}, s)
}
