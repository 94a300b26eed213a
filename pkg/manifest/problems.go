// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// The reasons of problems.
const (
	reasonInvalid   = "ManifestInvalid"
	reasonDenied    = "PolicyDenied"
	reasonDuplicate = "DuplicateName"
)

// duplicate settles a key that several files declare: the file that declared it
// before goes on doing so; without one the object stays as it was; and where it
// is new, nobody's is taken and it is the zero Object.
func (v *verdict) duplicate(k spec.Key, claims []spec.Object, was spec.Object, knew bool) spec.Object {
	winner, first := was, claims[0]
	if i := slices.IndexFunc(claims, func(o spec.Object) bool { return o.Source.File == was.Source.File }); knew && i >= 0 {
		winner, first = claims[i], claims[i]
	}
	for _, loser := range claims {
		if loser.Source == first.Source {
			continue
		}
		v.problems = append(v.problems, spec.Problem{Key: k, Reason: reasonDuplicate, Error: spec.Error{
			Position: loser.Source,
			Message:  fmt.Sprintf("%s is declared at %s already", k, first.Source),
			Hint:     "remove or rename one of them; until then nothing changes",
		}})
	}
	return winner
}

// reportFiles turns the faults of files into problems: of the objects that the
// file is known to declare, or of the file when there are none.
func (v *verdict) reportFiles() {
	hit := map[string][]spec.Key{}
	for k, was := range v.before.known {
		if at, faulty := v.faulty(was.object.Source.File); faulty {
			hit[at] = append(hit[at], k)
		}
	}
	for _, rel := range slices.Sorted(maps.Keys(v.scan.files)) {
		errs := v.scan.files[rel].errs
		if len(errs) == 0 {
			continue
		}
		if len(hit[rel]) == 0 {
			for _, err := range errs {
				v.problems = append(v.problems, spec.Problem{Reason: reasonOf(err), Error: err})
			}
		}
		for _, k := range hit[rel] {
			v.problems = append(v.problems, spec.Problem{Key: k, Reason: reasonOf(errs[0]), Error: summary(errs)})
		}
	}
}

func reasonOf(err spec.Error) string {
	if err.Denied {
		return reasonDenied
	}
	return reasonInvalid
}

// summary is the first fault, and how many follow.
func summary(errs spec.Errors) spec.Error {
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
