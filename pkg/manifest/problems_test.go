// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestBroken(t *testing.T) {
	good := files{"a.yaml": docs("db pg:1", "web nginx:1")}
	db, web := "db pg:1 1 a.yaml:2:1", "web nginx:1 1 a.yaml:9:1"
	bad := files{"a.yaml": broken}
	t.Run("a_file_keeps_its_last_valid_objects_with_a_problem_each", func(t *testing.T) {
		newStory(t).sees(0, good).sees(time.Hour, bad).wants(db, web).wantsComplete(true).wantsShielded().wantsProblems(
			"db ManifestInvalid a.yaml:4:18: and 1 more in this file",
			"web ManifestInvalid a.yaml:4:18: imag")
	})
	t.Run("it_keeps_them_while_it_is_broken", func(t *testing.T) {
		newStory(t).sees(0, good).sees(time.Hour, bad).sees(time.Hour, bad).wants(db, web).wantsNextScan(0)
	})
	t.Run("a_file_that_was_never_valid_is_shielded_and_reports_every_error", func(t *testing.T) {
		newStory(t).sees(0, bad).wants().wantsComplete(true).wantsShielded("a.yaml").wantsProblems(
			" ManifestInvalid a.yaml:4:18: imag",
			" ManifestInvalid a.yaml:4:27: volumez")
	})
	t.Run("other_files_are_used", func(t *testing.T) {
		newStory(t).sees(0, good).sees(0, files{"a.yaml": broken, "b.yaml": docs("x y:1")}).wants(db, web, "x y:1 1 b.yaml:2:1")
	})
	t.Run("a_corrected_file_has_no_problems", func(t *testing.T) {
		newStory(t).sees(0, good).sees(0, bad).sees(0, good).wants(db, web).wantsProblems().wantsShielded()
	})
	t.Run("a_corrected_and_changed_file_increases_the_generation", func(t *testing.T) {
		newStory(t).sees(0, good).sees(0, bad).sees(0, files{"a.yaml": docs("db pg:2", "web nginx:1")}).
			wants("db pg:2 2 a.yaml:2:1", web)
	})
	t.Run("the_objects_of_a_deleted_broken_file_are_removed_after_the_delay", func(t *testing.T) {
		newStory(t).sees(0, good).sees(0, bad).sees(0, nil).wants(db, web).wantsProblems().wantsNextScan(delay).
			sees(delay, nil).wants()
	})
	t.Run("a_broken_link_keeps_the_objects_below_it", func(t *testing.T) {
		errs := spec.Errors{{Position: spec.Position{File: "sub"}, Message: "the link leads outside"}}
		newStory(t).sees(0, files{"sub/deep/a.yaml": docs("web nginx:1")}).
			take(time.Hour, scan{files: map[string]file{"sub": {errs: errs}}}).
			wants("web nginx:1 1 sub/deep/a.yaml:2:1").wantsProblems("web ManifestInvalid sub: outside").wantsShielded()
	})
	t.Run("a_file_that_changes_while_read_keeps_its_objects_without_a_problem", func(t *testing.T) {
		newStory(t).sees(0, good).sees(time.Hour, files{"a.yaml": unstable}).wants(db, web).wantsProblems().wantsShielded()
	})
	t.Run("a_file_that_was_never_stable_is_shielded", func(t *testing.T) {
		newStory(t).sees(0, files{"a.yaml": unstable}).wants().wantsProblems().wantsShielded("a.yaml")
	})
}

func TestDuplicate(t *testing.T) {
	two := files{"a.yaml": docs("web nginx:1"), "b.yaml": docs("web nginx:2")}
	t.Run("a_new_object_in_two_files_is_accepted_from_neither", func(t *testing.T) {
		newStory(t).sees(0, two).wants().wantsComplete(true).wantsProblems(
			"web DuplicateName b.yaml:2:1: Container/default/web is already declared at a.yaml:2:1").
			sees(time.Hour, two).wants()
	})
	t.Run("the_file_that_declared_it_before_is_used", func(t *testing.T) {
		newStory(t).sees(0, files{"b.yaml": docs("web nginx:2")}).sees(0, two).wants("web nginx:2 1 b.yaml:2:1").
			wantsProblems("web DuplicateName a.yaml:2:1: is already declared at b.yaml:2:1")
	})
	t.Run("that_file_may_still_change_it", func(t *testing.T) {
		newStory(t).sees(0, files{"b.yaml": docs("web nginx:2")}).
			sees(0, files{"a.yaml": docs("web nginx:1"), "b.yaml": docs("web nginx:3")}).wants("web nginx:3 2 b.yaml:2:1")
	})
	t.Run("an_object_that_moved_to_two_files_does_not_change", func(t *testing.T) {
		newStory(t).sees(0, files{"c.yaml": docs("web nginx:3")}).sees(time.Hour, two).wants("web nginx:3 1 c.yaml:2:1").
			wantsProblems("web DuplicateName b.yaml:2:1: is already declared at a.yaml:2:1").
			sees(time.Hour, two).wants("web nginx:3 1 c.yaml:2:1")
	})
	t.Run("the_only_remaining_declaration_is_used", func(t *testing.T) {
		newStory(t).sees(0, two).sees(0, files{"b.yaml": docs("web nginx:2")}).wants("web nginx:2 1 b.yaml:2:1").wantsProblems()
	})
	t.Run("the_only_remaining_declaration_replaces_the_previous_one", func(t *testing.T) {
		newStory(t).sees(0, files{"a.yaml": docs("web nginx:1")}).sees(0, two).
			sees(0, files{"b.yaml": docs("web nginx:2")}).wants("web nginx:2 2 b.yaml:2:1").wantsProblems()
	})
	t.Run("a_broken_file_still_declares_its_objects", func(t *testing.T) {
		newStory(t).sees(0, files{"a.yaml": docs("web nginx:1")}).
			sees(0, files{"a.yaml": broken, "b.yaml": docs("web nginx:2")}).wants("web nginx:1 1 a.yaml:2:1").
			wantsProblems("web ManifestInvalid a.yaml:4:18: imag", "web DuplicateName b.yaml:2:1: is already declared at a.yaml:2:1")
	})
	t.Run("every_further_file_has_a_problem", func(t *testing.T) {
		newStory(t).sees(0, files{"a.yaml": docs("x y:1"), "b.yaml": docs("x y:1"), "c.yaml": docs("x y:1")}).wants().wantsProblems(
			"x DuplicateName b.yaml:2:1: a.yaml:2:1", "x DuplicateName c.yaml:2:1: a.yaml:2:1")
	})
}
