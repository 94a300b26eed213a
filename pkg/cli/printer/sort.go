// SPDX-License-Identifier: Apache-2.0

package printer

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/maruel/natural"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// SortGroups sorts the objects of each group by the value at a path. It returns an
// error when no object has a value there.
func SortGroups(groups []Group, by string) error {
	found, empty := false, true
	for _, g := range groups {
		empty = empty && len(g.Objects) == 0
		has, err := sortObjects(g.Objects, by)
		if err != nil {
			return err
		}
		found = found || has
	}
	if !found && !empty {
		return fmt.Errorf("couldn't find any field with path %q in the list of objects", by)
	}
	return nil
}

// sortObjects sorts objects by the value at a path, as kubectl does: objects without
// a value first, numbers by size, strings in natural order. It reports whether an
// object has a value.
func sortObjects(objects []v1alpha1.Object, by string) (found bool, err error) {
	path, err := ParsePath(by)
	if err != nil {
		return false, err
	}
	type keyed struct {
		object v1alpha1.Object
		value  any
	}
	var items []keyed
	for _, o := range objects {
		object, err := Generic(o)
		if err != nil {
			return false, err
		}
		values, err := ValuesAt(path, object)
		if err != nil {
			return false, err
		}
		k := keyed{object: o}
		if len(values) > 0 {
			k.value, found = values[0], true
		}
		items = append(items, k)
	}
	slices.SortStableFunc(items, func(a, b keyed) int { return compareValues(a.value, b.value) })
	for i, item := range items {
		objects[i] = item.object
	}
	return found, nil
}

func compareValues(a, b any) int {
	if a == nil || b == nil {
		return cmp.Compare(rank(a != nil), rank(b != nil))
	}
	m, mok := number(a)
	n, nok := number(b)
	if mok && nok {
		return cmp.Compare(m, n)
	}
	x, y := fmt.Sprint(a), fmt.Sprint(b)
	switch {
	case natural.Less(x, y):
		return -1
	case natural.Less(y, x):
		return 1
	}
	return 0
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}
