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
		newStory(t).sees(0, first).wants("web nginx:1 1 a.yaml:2:1").wantsComplete(true).wantsWake(0)
	})
	t.Run("a_scan_of_the_same_leaves_the_set_the_same", func(t *testing.T) {
		s := newStory(t).sees(0, first)
		before := s.memory.set
		if s.sees(time.Second, first); !sameSet(before, s.memory.set) {
			t.Errorf("%v became %v", before, s.memory.set)
		}
	})
	t.Run("another_spec_is_another_generation", func(t *testing.T) {
		newStory(t).sees(0, first).sees(0, files{"a.yaml": docs("web nginx:2")}).wants("web nginx:2 2 a.yaml:2:1")
	})
	t.Run("other_labels_are_another_generation", func(t *testing.T) {
		labelled := "apiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: web, labels: {a: b}}\nspec: {image: \"nginx:1\"}\n"
		newStory(t).sees(0, first).sees(0, files{"a.yaml": labelled}).wants("web nginx:1 2 a.yaml:1:1")
	})
	t.Run("another_place_is_not", func(t *testing.T) {
		newStory(t).sees(0, first).
			sees(0, files{"a.yaml": "# a remark\n" + docs("web nginx:1")}).wants("web nginx:1 1 a.yaml:3:1").
			sees(0, files{"b.yaml": docs("web nginx:1")}).wants("web nginx:1 1 b.yaml:2:1").wantsWake(0)
	})
	t.Run("what_was_implied_and_is_declared_otherwise_has_a_new_one", func(t *testing.T) {
		s := newStory(t).sees(0, first)
		k := spec.Key{Kind: spec.KindNetwork, Namespace: "default", Name: "default"}
		if got := s.memory.set.Objects[k]; got.Generation != 1 || !got.Implied() {
			t.Fatalf("the implied network is %+v", got)
		}
		network := "apiVersion: reconciler.dev/v1alpha1\nkind: Network\nmetadata: {name: default}\nspec: {internal: true}\n"
		s.sees(0, files{"a.yaml": first["a.yaml"], "net.yaml": network})
		if got := s.memory.set.Objects[k]; got.Generation != 2 || got.Implied() {
			t.Errorf("the declared network is %+v, want generation 2", got)
		}
	})
}

func TestVanished(t *testing.T) {
	both, one := files{"a.yaml": docs("db pg:1", "web nginx:1")}, files{"a.yaml": docs("db pg:1")}
	db, web := "db pg:1 1 a.yaml:2:1", "web nginx:1 1 a.yaml:9:1"
	t.Run("a_document_stays_until_the_delay_has_passed_and_a_scan_agrees", func(t *testing.T) {
		newStory(t).sees(0, both).
			sees(time.Second, one).wants(db, web).wantsComplete(true).wantsProblems().wantsWake(delay).
			sees(delay-1, one).wants(db, web).wantsWake(1).
			sees(1, one).wants(db).wantsWake(0)
	})
	t.Run("so_does_a_file", func(t *testing.T) {
		newStory(t).sees(0, both).sees(0, nil).wants(db, web).wantsWake(delay).sees(delay, nil).wants().wantsComplete(true)
	})
	t.Run("its_implied_network_goes_with_it", func(t *testing.T) {
		s := newStory(t).sees(0, both).sees(0, nil)
		if len(s.memory.set.Objects) != 3 {
			t.Errorf("in the delay there are %v", s.memory.set.Keys())
		}
		if s.sees(delay, nil); len(s.memory.set.Objects) != 0 {
			t.Errorf("after the delay there are %v", s.memory.set.Keys())
		}
	})
	t.Run("one_that_comes_back_in_time_has_its_delay_anew", func(t *testing.T) {
		newStory(t).sees(0, both).sees(0, one).
			sees(time.Second, both).wants(db, web).wantsWake(0).
			sees(time.Second, one).wants(db, web).wantsWake(delay).
			sees(delay, one).wants(db)
	})
	t.Run("the_first_of_several_sets_the_time", func(t *testing.T) {
		newStory(t).sees(0, both).sees(0, one).sees(time.Second, nil).wantsWake(time.Second).
			sees(time.Second, nil).wants(db).wantsWake(time.Second)
	})
	t.Run("a_scan_that_cannot_tell_does_not_agree", func(t *testing.T) {
		newStory(t).sees(0, both).sees(0, one).
			fails(delay, nil).wants(db, web).wantsWake(0).
			sees(time.Second, one).wants(db, web).wantsWake(delay)
	})
	t.Run("a_broken_file_does_not_agree", func(t *testing.T) {
		newStory(t).sees(0, both).sees(0, one).
			sees(delay, files{"a.yaml": broken}).wants(db, web).wantsWake(0).
			sees(time.Second, one).wants(db, web).wantsWake(delay)
	})
	t.Run("one_that_comes_back_later_is_new", func(t *testing.T) {
		newStory(t).sees(0, files{"a.yaml": docs("web nginx:1")}).sees(0, files{"a.yaml": docs("web nginx:2")}).
			sees(0, nil).sees(delay, nil).wants().
			sees(0, files{"a.yaml": docs("web nginx:2")}).wants("web nginx:2 1 a.yaml:2:1")
	})
}

func TestIncomplete(t *testing.T) {
	good := files{"a.yaml": docs("web nginx:1")}
	t.Run("nothing_is_lost", func(t *testing.T) {
		newStory(t).sees(0, good).fails(time.Hour, nil).wants("web nginx:1 1 a.yaml:2:1").wantsComplete(false).
			fails(time.Hour, nil).wants("web nginx:1 1 a.yaml:2:1").wantsComplete(false)
	})
	t.Run("what_can_be_read_is_taken", func(t *testing.T) {
		newStory(t).sees(0, good).fails(0, files{"b.yaml": docs("db pg:1")}).wants("db pg:1 1 b.yaml:2:1", "web nginx:1 1 a.yaml:2:1")
	})
	t.Run("a_source_that_never_was_yields_an_incomplete_set", func(t *testing.T) {
		newStory(t).fails(0, nil).wants().wantsComplete(false)
	})
	t.Run("an_empty_one_yields_a_complete_set", func(t *testing.T) {
		newStory(t).sees(0, nil).wants().wantsComplete(true).wantsProblems().wantsShielded()
	})
}
