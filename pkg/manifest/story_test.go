// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const delay = 2 * time.Second

// unstable represents a file that changes while it is read.
const unstable = "\x00unstable"

// broken is a manifest with two errors.
const broken = "apiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: x}\nspec: {image: a, imag: b, volumez: c}\n"

var errGone = errors.New("the directory is gone")

// story is a sequence of scans.
type story struct {
	t     *testing.T
	state state
	now   time.Time
	wake  time.Duration
}

func newStory(t *testing.T) *story {
	return &story{t: t, state: state{delay: delay}, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// sees advances the state by a scan with these files, by name, after some time.
func (s *story) sees(after time.Duration, files map[string]string) *story {
	return s.take(after, scan{files: contents(files)})
}

// fails advances the state by a scan that could not read everything.
func (s *story) fails(after time.Duration, files map[string]string) *story {
	return s.take(after, scan{files: contents(files), err: errGone})
}

func (s *story) take(after time.Duration, found scan) *story {
	s.now = s.now.Add(after)
	var at time.Time
	s.state, at = s.state.advance(found, s.now)
	s.wake = 0
	if !at.IsZero() {
		s.wake = at.Sub(s.now)
	}
	return s
}

func contents(files map[string]string) map[string]file {
	out := map[string]file{}
	for name, content := range files {
		if content == unstable {
			out[name] = file{unstable: true}
			continue
		}
		objects, errs := spec.Decode(name, []byte(content), spec.DecodeOptions{})
		out[name] = file{objects: objects, errs: errs}
	}
	return out
}

// wants compares the Set with lines of the form "name image generation position".
func (s *story) wants(lines ...string) *story {
	s.t.Helper()
	if diff := cmp.Diff(strings.Join(lines, "\n"), strings.Join(described(s.state.set), "\n")); diff != "" {
		s.t.Errorf("objects (-want +got):\n%s", diff)
	}
	return s
}

// wantsProblems compares the problems with "name reason position: part of the
// message".
func (s *story) wantsProblems(want ...string) *story {
	s.t.Helper()
	for i, p := range s.state.set.Problems {
		got := fmt.Sprintf("%s %s %s", p.Key.Name, p.Reason, p.Error)
		if i >= len(want) {
			s.t.Errorf("unexpected problem: %s", got)
			continue
		}
		if head, part, _ := strings.Cut(want[i], ": "); !strings.HasPrefix(got, head+":") || !strings.Contains(got, part) {
			s.t.Errorf("problem %d is %q, want %q", i, got, want[i])
		}
	}
	if n := len(s.state.set.Problems); n < len(want) {
		s.t.Errorf("missing problems: %q", want[n:])
	}
	return s
}

func (s *story) wantsShielded(want ...string) *story {
	s.t.Helper()
	shielded := map[string]bool{}
	for _, name := range want {
		shielded[name] = true
	}
	if !maps.Equal(shielded, s.state.set.Shielded) {
		s.t.Errorf("shielded are %v, want %v", s.state.set.Shielded, shielded)
	}
	return s
}

func (s *story) wantsComplete(want bool) *story {
	s.t.Helper()
	if s.state.set.Complete != want {
		s.t.Errorf("complete is %v, want %v", s.state.set.Complete, want)
	}
	return s
}

// wantsNextScan compares the time until the next scan is due.
func (s *story) wantsNextScan(want time.Duration) *story {
	s.t.Helper()
	if s.wake != want {
		s.t.Errorf("next scan in %v, want %v", s.wake, want)
	}
	return s
}

// described returns the containers of a Set.
func described(set spec.Set) []string {
	var lines []string
	for _, k := range set.Keys() {
		if obj := set.Objects[k]; obj.Container != nil {
			lines = append(lines, fmt.Sprintf("%s %s %d %s", k.Name, obj.Container.Image, obj.Generation, obj.Source))
		}
	}
	return lines
}

// docs returns the documents of containers, given as "name image".
func docs(containers ...string) string {
	var b strings.Builder
	for _, c := range containers {
		name, image, _ := strings.Cut(c, " ")
		fmt.Fprintf(&b, "---\napiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata:\n  name: %s\nspec:\n  image: %s\n", name, image)
	}
	return b.String()
}
