// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// The reasons of problems.
const (
	reasonInvalid   = "ManifestInvalid"
	reasonDenied    = "PolicyDenied"
	reasonDuplicate = "DuplicateName"
)

// resolveDuplicate returns the object of a key that several files declare: the
// declaration of the file that declared it before; otherwise the previous object;
// or the zero Object for a new key. It reports a problem for each other declaration.
func (t *transition) resolveDuplicate(k spec.Key, claims []spec.Object, was spec.Object, found bool) spec.Object {
	winner, first := was, claims[0]
	if i := slices.IndexFunc(claims, func(o spec.Object) bool { return o.Source.File == was.Source.File }); found && i >= 0 {
		winner, first = claims[i], claims[i]
	}
	for _, loser := range claims {
		if loser.Source == first.Source {
			continue
		}
		t.problems = append(t.problems, spec.Problem{Key: k, Reason: reasonDuplicate, Error: spec.Error{
			Position: loser.Source,
			Message:  fmt.Sprintf("%s is already declared at %s", k, first.Source),
			Hint:     "remove or rename one of them; until then the object does not change",
		}})
	}
	return winner
}

// reportFiles reports the errors of files as problems of the objects that the file
// declared before, or of the file if there are none. Files of other tools have no
// problems unless they declared objects before.
func (t *transition) reportFiles() {
	affected := map[string][]spec.Key{}
	for k, was := range t.before.known {
		if at, broken := t.brokenBy(was.object.Source.File); broken {
			affected[at] = append(affected[at], k)
		}
	}
	for _, rel := range slices.Sorted(maps.Keys(t.scan.files)) {
		errs := t.scan.files[rel].errs
		if len(errs) == 0 {
			continue
		}
		if f := t.scan.files[rel]; f.foreign && len(affected[rel]) == 0 {
			t.addOther(rel, spec.OtherFile{Name: path.Base(rel), Tool: f.tool})
			continue
		}
		if len(affected[rel]) == 0 {
			for _, err := range errs {
				t.problems = append(t.problems, spec.Problem{Reason: reasonOf(err), Error: err})
			}
		}
		for _, k := range affected[rel] {
			t.problems = append(t.problems, spec.Problem{Key: k, Reason: reasonOf(errs[0]), Error: summarize(errs)})
		}
	}
}

// addOther lists a file of another tool. It is called in the order of the paths.
func (t *transition) addOther(rel string, f spec.OtherFile) {
	dir := path.Dir(rel)
	i, found := slices.BinarySearchFunc(t.others, dir, func(o spec.OtherFiles, dir string) int { return cmp.Compare(o.Dir, dir) })
	if !found {
		t.others = slices.Insert(t.others, i, spec.OtherFiles{Dir: dir})
	}
	t.others[i].Files = append(t.others[i].Files, f)
}

func reasonOf(err spec.Error) string {
	if err.Denied {
		return reasonDenied
	}
	return reasonInvalid
}

// summarize returns the first error with the number of further errors.
func summarize(errs spec.Errors) spec.Error {
	err := errs[0]
	if more := len(errs) - 1; more > 0 {
		err.Message += fmt.Sprintf(", and %d more in this file", more)
	}
	return err
}

func sortProblems(problems []spec.Problem) []spec.Problem {
	slices.SortStableFunc(problems, func(a, b spec.Problem) int {
		p, q := a.Error.Position, b.Error.Position
		return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line),
			cmp.Compare(p.Column, q.Column), a.Key.Compare(b.Key))
	})
	return problems
}
