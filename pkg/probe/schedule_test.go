// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

var noon = time.Unix(1_700_000_000, 0)

func tcp(p spec.Probe) *spec.Probe {
	p.TCPSocket = &spec.TCPSocket{Port: 80}
	return &p
}

func seconds(n int) spec.Duration { return spec.Duration(time.Duration(n) * time.Second) }

// target returns a container that started at noon.
func target(name string, p spec.Probes) plan.ProbeTarget {
	c := &engine.Container{Status: engine.StatusRunning, StartedAt: noon}
	return plan.ProbeTarget{
		Key:       spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: name},
		ID:        engine.ID{Kind: engine.KindContainer, Value: name},
		Container: c, Network: c, Probes: &p,
	}
}

// runScript runs the checks that are due until the given second and returns them
// as "second kind outcome=state". The outcomes of a kind are the bytes of its
// script, +, - or ?; the last one repeats.
func runScript(s *Schedule, until int, script map[Kind]string) string {
	var runs []string
	for {
		at, found := s.Next()
		if !found || at.After(noon.Add(time.Duration(until)*time.Second)) {
			return strings.Join(runs, " ")
		}
		c, _ := s.Take(at)
		o := script[c.Kind]
		if len(o) > 1 {
			script[c.Kind] = o[1:]
		}
		verdict := map[byte]Verdict{'+': Success, '-': Failure, '?': Unknown}[o[0]]
		s.Finish(c, Outcome{verdict, "nothing"}, at)
		state := c.State()
		if state == plan.ProbePending {
			state = "pending"
		}
		runs = append(runs, fmt.Sprintf("%g%s%c=%s", at.Sub(noon).Seconds(), c.Kind[:1], o[0], state))
	}
}

// TestSchedule verifies that probes run, and that their states change, by the
// rules of the kubelet.
func TestSchedule(t *testing.T) {
	ready := func(p spec.Probe) spec.Probes { return spec.Probes{Readiness: tcp(p)} }
	for name, test := range map[string]struct {
		probes spec.Probes
		until  int
		script map[Kind]string
		want   string
	}{
		"runs_immediately_then_every_10s_by_default": {
			ready(spec.Probe{}), 20,
			map[Kind]string{Readiness: "+"},
			"0r+=passed 10r+=passed 20r+=passed",
		},
		"readiness_is_pending_until_the_first_success": {
			ready(spec.Probe{Period: seconds(1)}), 2,
			map[Kind]string{Readiness: "--+"},
			"0r-=pending 1r-=pending 2r+=passed",
		},
		"initial_delay_counts_from_the_start": {
			ready(spec.Probe{Period: seconds(5), InitialDelay: seconds(7)}), 12,
			map[Kind]string{Readiness: "+"},
			"7r+=passed 12r+=passed",
		},
		"three_failures_in_a_row_mean_failure_by_default": {
			ready(spec.Probe{Period: seconds(1)}), 6,
			map[Kind]string{Readiness: "+--+---"},
			"0r+=passed 1r-=passed 2r-=passed 3r+=passed 4r-=passed 5r-=passed 6r-=failed",
		},
		"one_success_recovers_by_default": {
			ready(spec.Probe{Period: seconds(1), FailureThreshold: 1}), 1,
			map[Kind]string{Readiness: "-+"},
			"0r-=failed 1r+=passed",
		},
		"success_threshold_counts_in_a_row": {
			ready(spec.Probe{Period: seconds(1), FailureThreshold: 1, SuccessThreshold: 2}), 4,
			map[Kind]string{Readiness: "+-+++"},
			"0r+=pending 1r-=failed 2r+=failed 3r+=passed 4r+=passed",
		},
		"unknown_outcomes_do_not_count": {
			ready(spec.Probe{Period: seconds(1), FailureThreshold: 2}), 4,
			map[Kind]string{Readiness: "+-??-"},
			"0r+=passed 1r-=passed 2r?=passed 3r?=passed 4r-=failed",
		},
		"startup_blocks_the_others_until_it_passes_and_then_ends": {
			spec.Probes{
				Startup: tcp(spec.Probe{Period: seconds(1)}), Readiness: tcp(spec.Probe{Period: seconds(2)}),
				Liveness: tcp(spec.Probe{Period: seconds(2), InitialDelay: seconds(5)}),
			},
			6,
			map[Kind]string{Startup: "--+", Readiness: "+", Liveness: "+"},
			"0s-=pending 1s-=pending 2s+=passed 2r+=passed 4r+=passed 5l+=passed 6r+=passed",
		},
		"a_failed_startup_still_blocks_the_others": {
			spec.Probes{Startup: tcp(spec.Probe{Period: seconds(1), FailureThreshold: 2}), Liveness: tcp(spec.Probe{})},
			2,
			map[Kind]string{Startup: "-"},
			"0s-=pending 1s-=failed 2s-=failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewSchedule(Jitter{})
			s.Watch([]plan.ProbeTarget{target("web", test.probes)}, noon)
			if diff := cmp.Diff(test.want, runScript(s, test.until, test.script)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestScheduleWatch(t *testing.T) {
	probes := spec.Probes{Readiness: tcp(spec.Probe{Period: seconds(1)}), Liveness: tcp(spec.Probe{Period: seconds(1)})}
	passed := plan.ProbeResult{State: plan.ProbePassed}
	at := noon.Add(time.Minute)
	for name, test := range map[string]struct {
		change func(plan.ProbeTarget) []plan.ProbeTarget
		want   plan.Probes
	}{
		"a_continuing_run_is_kept": {
			func(old plan.ProbeTarget) []plan.ProbeTarget {
				again := *old.Container
				old.Container = &again
				same := *old.Probes
				old.Probes = &same
				return []plan.ProbeTarget{old}
			},
			plan.Probes{target("web", probes).ID: {StartedAt: noon, Readiness: passed, Liveness: passed}},
		},
		"a_new_run_starts_over": {
			func(old plan.ProbeTarget) []plan.ProbeTarget {
				again := *old.Container
				again.StartedAt = at
				old.Container = &again
				return []plan.ProbeTarget{old}
			},
			plan.Probes{target("web", probes).ID: {StartedAt: at}},
		},
		"only_a_changed_probe_starts_over": {
			func(old plan.ProbeTarget) []plan.ProbeTarget {
				changed := *old.Probes
				changed.Readiness = tcp(spec.Probe{Period: seconds(2)})
				old.Probes = &changed
				return []plan.ProbeTarget{old}
			},
			plan.Probes{target("web", probes).ID: {StartedAt: noon, Liveness: passed}},
		},
		"a_removed_container_is_dropped": {
			func(plan.ProbeTarget) []plan.ProbeTarget { return nil },
			plan.Probes{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewSchedule(Jitter{})
			first := target("web", probes)
			s.Watch([]plan.ProbeTarget{first}, noon)
			runScript(s, 1, map[Kind]string{Readiness: "+", Liveness: "+"})
			running, _ := s.Take(noon.Add(2 * time.Second)) // runs during the change
			s.Watch(test.change(first), at)
			s.Finish(running, Outcome{Verdict: Unknown}, at)
			if diff := cmp.Diff(test.want, s.Results()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			want := 0
			for range test.want {
				want = 2
			}
			if got := len(s.Pending()); got != want {
				t.Errorf("%d checks are due, want %d", got, want)
			}
		})
	}
	t.Run("an_outcome_of_an_old_run_is_ignored", func(t *testing.T) {
		s := NewSchedule(Jitter{})
		old := target("web", probes)
		s.Watch([]plan.ProbeTarget{old}, noon)
		c, _ := s.Take(noon)
		again := *old.Container
		again.StartedAt = at
		now := old
		now.Container = &again
		s.Watch([]plan.ProbeTarget{now}, at)
		if s.Finish(c, Outcome{Verdict: Success}, at) {
			t.Error("Finish reports a change")
		}
		if got := s.Results()[old.ID]; got != (plan.ProbeResults{StartedAt: at}) {
			t.Errorf("results %+v, want none", got)
		}
	})
}

// TestFinishReportsChanges verifies that Finish returns true only if the result
// changed.
func TestFinishReportsChanges(t *testing.T) {
	s := NewSchedule(Jitter{})
	s.Watch([]plan.ProbeTarget{target("web", spec.Probes{Readiness: tcp(spec.Probe{Period: seconds(1), FailureThreshold: 2})})}, noon)
	var got string
	for _, o := range []Outcome{{Success, ""}, {Success, ""}, {Failure, "a"}, {Failure, "a"}, {Failure, "a"}, {Failure, "b"}, {Unknown, ""}, {Success, ""}, {Success, ""}} {
		at, _ := s.Next()
		c, _ := s.Take(at)
		got += map[bool]string{true: "y", false: "n"}[s.Finish(c, o, at)]
	}
	if want := "ynyynynyn"; got != want {
		t.Errorf("changed %s, want %s", got, want)
	}
}

// TestLateChecks verifies that a late check runs immediately, and that missed runs
// are not made up for.
func TestLateChecks(t *testing.T) {
	for name, test := range map[string]struct{ now, want time.Duration }{
		"in_time":        {2 * time.Second, 10 * time.Second},
		"a_little_late":  {11 * time.Second, 11 * time.Second},
		"much_too_late":  {70 * time.Second, 80 * time.Second},
		"exactly_missed": {20 * time.Second, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewSchedule(Jitter{})
			s.Watch([]plan.ProbeTarget{target("web", spec.Probes{Liveness: tcp(spec.Probe{})})}, noon)
			c, _ := s.Take(noon)
			s.Finish(c, Outcome{Verdict: Success}, noon.Add(test.now))
			if at, _ := s.Next(); at.Sub(noon) != test.want {
				t.Errorf("due after %s, want %s", at.Sub(noon), test.want)
			}
		})
	}
}
