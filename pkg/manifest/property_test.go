// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"fmt"
	"maps"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// TestHistories checks the invariants of every transition in random histories.
func TestHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := state{delay: delay}
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		absent := map[spec.Key]time.Time{} // by the time since which all scans agree
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(rapid.SampledFrom([]time.Duration{0, delay / 2, delay, 3 * delay}).Draw(t, "after"))
			found := randomScan(t)
			before, copied := m, maps.Clone(m.set.Objects)
			next, wake := m.advance(found, now)

			if !reflect.DeepEqual(before, m) || !reflect.DeepEqual(copied, m.set.Objects) {
				t.Fatal("advance modified its receiver or a Set that it returned")
			}
			again, wakeAgain := m.advance(found, now)
			if !reflect.DeepEqual(next, again) || wake != wakeAgain {
				t.Fatal("the same scan has two results")
			}
			checkPresent(t, found, next.set)
			checkLost(t, m, next, found, absent, now)
			if next.set.Complete != (found.err == nil) {
				t.Fatalf("complete is %v after a scan with error %v", next.set.Complete, found.err)
			}
			if !wake.IsZero() && !wake.After(now) {
				t.Fatalf("next scan at %v, but now is %v", wake, now)
			}
			m = next
		}
	})
}

// checkPresent checks that an object that exactly one file declares is in the Set
// if no file is broken, and that broken files have problems.
func checkPresent(t *rapid.T, found scan, set spec.Set) {
	count, faulty := map[spec.Key]int{}, false
	for _, f := range found.files {
		faulty = faulty || !f.valid()
		for _, obj := range f.objects {
			count[obj.Key()]++
		}
	}
	for name, f := range found.files {
		for _, obj := range f.objects {
			got, ok := set.Objects[obj.Key()]
			if count[obj.Key()] == 1 && !faulty && (!ok || !sameVersion(got, obj) || got.Source != obj.Source) {
				t.Fatalf("%s declares %v, the Set has %v", name, obj, got)
			}
			if count[obj.Key()] > 1 && !hasProblem(set, obj.Key()) {
				t.Fatalf("%v is declared twice and has no problem", obj.Key())
			}
		}
		if len(f.errs) > 0 && !mentions(set, name) {
			t.Fatalf("%s is broken and has no problem", name)
		}
	}
}

// checkLost checks that an object is removed only after complete scans have agreed
// for the delay.
func checkLost(t *rapid.T, before, after state, found scan, absent map[spec.Key]time.Time, now time.Time) {
	declared := map[spec.Key]bool{}
	for _, f := range found.files {
		for _, obj := range f.objects {
			declared[obj.Key()] = true
		}
	}
	for k, was := range before.known {
		f, seen := found.files[was.object.Source.File]
		if declared[k] || found.err != nil || seen && !f.valid() {
			delete(absent, k)
		} else if _, ok := absent[k]; !ok {
			absent[k] = now
		}
		_, kept := after.known[k]
		since, gone := absent[k]
		if due := gone && now.Sub(since) >= delay; kept == due {
			t.Fatalf("%v kept: %v, absent since %v, now %v", k, kept, since, now)
		}
		if !kept {
			delete(absent, k)
		}
	}
}

func hasProblem(set spec.Set, k spec.Key) bool {
	for _, p := range set.Problems {
		if p.Key == k {
			return true
		}
	}
	return false
}

func mentions(set spec.Set, name string) bool {
	for _, p := range set.Problems {
		if p.Error.Position.File == name {
			return true
		}
	}
	return false
}

// randomScan draws a scan with up to three files that share few names.
func randomScan(t *rapid.T) scan {
	found := map[string]string{}
	for i := range rapid.IntRange(0, 3).Draw(t, "files") {
		name := fmt.Sprintf("%c.yaml", 'a'+i)
		switch rapid.IntRange(0, 5).Draw(t, "state") {
		case 0:
			found[name] = broken
		case 1:
			found[name] = unstable
		case 2:
		default:
			names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"x", "y", "z"}), 0, 2, rapid.ID).Draw(t, "names")
			var containers []string
			for _, n := range names {
				containers = append(containers, fmt.Sprintf("%s img:%d", n, rapid.IntRange(1, 2).Draw(t, "tag")))
			}
			found[name] = docs(containers...)
		}
	}
	s := scan{files: contents(found)}
	if rapid.IntRange(0, 4).Draw(t, "fails") == 0 {
		s.err = errGone
	}
	return s
}
