// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

type files = map[string]string

func TestGeneration(t *testing.T) {
	first := files{"a.yaml": docs("web nginx:1")}
	t.Run("it_starts_at_1", func(t *testing.T) {
		newStory(t).sees(0, first).wants("web nginx:1 1 a.yaml:2:1").wantsComplete(true).wantsNextScan(0)
	})
	t.Run("an_equal_scan_does_not_change_the_set", func(t *testing.T) {
		s := newStory(t).sees(0, first)
		before := s.state.set
		if s.sees(time.Second, first); !sameSet(before, s.state.set) {
			t.Errorf("the Set changed from %v to %v", before, s.state.set)
		}
	})
	t.Run("a_changed_spec_increases_it", func(t *testing.T) {
		newStory(t).sees(0, first).sees(0, files{"a.yaml": docs("web nginx:2")}).wants("web nginx:2 2 a.yaml:2:1")
	})
	t.Run("changed_labels_increase_it", func(t *testing.T) {
		labelled := "apiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: web, labels: {a: b}}\nspec: {image: \"nginx:1\"}\n"
		newStory(t).sees(0, first).sees(0, files{"a.yaml": labelled}).wants("web nginx:1 2 a.yaml:1:1")
	})
	t.Run("a_changed_position_does_not", func(t *testing.T) {
		newStory(t).sees(0, first).
			sees(0, files{"a.yaml": "# a comment\n" + docs("web nginx:1")}).wants("web nginx:1 1 a.yaml:3:1").
			sees(0, files{"b.yaml": docs("web nginx:1")}).wants("web nginx:1 1 b.yaml:2:1").wantsNextScan(0)
	})
	t.Run("declaring_an_implied_object_differently_increases_it", func(t *testing.T) {
		s := newStory(t).sees(0, first)
		k := spec.Key{Kind: spec.KindNetwork, Namespace: "default", Name: "default"}
		if got := s.state.set.Objects[k]; got.Generation != 1 || !got.Implied() {
			t.Fatalf("the implied network is %+v", got)
		}
		network := "apiVersion: reconciler.dev/v1alpha1\nkind: Network\nmetadata: {name: default}\nspec: {internal: true}\n"
		s.sees(0, files{"a.yaml": first["a.yaml"], "net.yaml": network})
		if got := s.state.set.Objects[k]; got.Generation != 2 || got.Implied() {
			t.Errorf("the declared network is %+v, want generation 2", got)
		}
	})
}

func TestMissing(t *testing.T) {
	both, one := files{"a.yaml": docs("db pg:1", "web nginx:1")}, files{"a.yaml": docs("db pg:1")}
	db, web := "db pg:1 1 a.yaml:2:1", "web nginx:1 1 a.yaml:9:1"
	t.Run("a_document_stays_until_a_scan_after_the_delay", func(t *testing.T) {
		newStory(t).sees(0, both).
			sees(time.Second, one).wants(db, web).wantsComplete(true).wantsProblems().wantsNextScan(delay).
			sees(delay-1, one).wants(db, web).wantsNextScan(1).
			sees(1, one).wants(db).wantsNextScan(0)
	})
	t.Run("a_file_stays_until_a_scan_after_the_delay", func(t *testing.T) {
		newStory(t).sees(0, both).sees(0, nil).wants(db, web).wantsNextScan(delay).sees(delay, nil).wants().wantsComplete(true)
	})
	t.Run("the_implied_network_is_removed_with_it", func(t *testing.T) {
		s := newStory(t).sees(0, both).sees(0, nil)
		if len(s.state.set.Objects) != 3 {
			t.Errorf("during the delay the Set has %v", s.state.set.Keys())
		}
		if s.sees(delay, nil); len(s.state.set.Objects) != 0 {
			t.Errorf("after the delay the Set has %v", s.state.set.Keys())
		}
	})
	t.Run("an_object_that_returns_in_time_restarts_the_delay", func(t *testing.T) {
		newStory(t).sees(0, both).sees(0, one).
			sees(time.Second, both).wants(db, web).wantsNextScan(0).
			sees(time.Second, one).wants(db, web).wantsNextScan(delay).
			sees(delay, one).wants(db)
	})
	t.Run("the_first_of_several_determines_the_next_scan", func(t *testing.T) {
		newStory(t).sees(0, both).sees(0, one).sees(time.Second, nil).wantsNextScan(time.Second).
			sees(time.Second, nil).wants(db).wantsNextScan(time.Second)
	})
	t.Run("an_incomplete_scan_restarts_the_delay", func(t *testing.T) {
		newStory(t).sees(0, both).sees(0, one).
			fails(delay, nil).wants(db, web).wantsNextScan(0).
			sees(time.Second, one).wants(db, web).wantsNextScan(delay)
	})
	t.Run("a_broken_file_restarts_the_delay", func(t *testing.T) {
		newStory(t).sees(0, both).sees(0, one).
			sees(delay, files{"a.yaml": broken}).wants(db, web).wantsNextScan(0).
			sees(time.Second, one).wants(db, web).wantsNextScan(delay)
	})
	t.Run("an_object_that_returns_later_is_new", func(t *testing.T) {
		newStory(t).sees(0, files{"a.yaml": docs("web nginx:1")}).sees(0, files{"a.yaml": docs("web nginx:2")}).
			sees(0, nil).sees(delay, nil).wants().
			sees(0, files{"a.yaml": docs("web nginx:2")}).wants("web nginx:2 1 a.yaml:2:1")
	})
}

func TestIncomplete(t *testing.T) {
	good := files{"a.yaml": docs("web nginx:1")}
	t.Run("no_object_is_removed", func(t *testing.T) {
		newStory(t).sees(0, good).fails(time.Hour, nil).wants("web nginx:1 1 a.yaml:2:1").wantsComplete(false).
			fails(time.Hour, nil).wants("web nginx:1 1 a.yaml:2:1").wantsComplete(false)
	})
	t.Run("readable_files_are_used", func(t *testing.T) {
		newStory(t).sees(0, good).fails(0, files{"b.yaml": docs("db pg:1")}).wants("db pg:1 1 b.yaml:2:1", "web nginx:1 1 a.yaml:2:1")
	})
	t.Run("a_source_that_never_existed_has_an_incomplete_set", func(t *testing.T) {
		newStory(t).fails(0, nil).wants().wantsComplete(false)
	})
	t.Run("an_empty_source_has_a_complete_set", func(t *testing.T) {
		newStory(t).sees(0, nil).wants().wantsComplete(true).wantsProblems().wantsShielded()
	})
}
