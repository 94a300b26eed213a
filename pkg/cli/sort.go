// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// sortGroups orders the objects of each group.
func sortGroups(groups []group, by string) error {
	found := len(objectsOf(groups)) == 0
	for _, g := range groups {
		has, err := sortObjects(g.objects, by)
		if err != nil {
			return err
		}
		found = found || has
	}
	if !found {
		return fmt.Errorf("couldn't find any field with path %q in the list of objects", by)
	}
	return nil
}

// sortObjects orders objects by the value at a path, as kubectl does: those
// without one first, numbers by size, texts with the numbers in them by size. It
// tells whether any of them has a value.
func sortObjects(objects []v1alpha1.Object, by string) (found bool, err error) {
	path, err := parsePath(by)
	if err != nil {
		return false, err
	}
	type keyed struct {
		object v1alpha1.Object
		value  any
	}
	var items []keyed
	for _, o := range objects {
		object, err := generic(o)
		if err != nil {
			return false, err
		}
		values, err := valuesAt(path, object)
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
		return cmp.Compare(btoi(a != nil), btoi(b != nil))
	}
	x, xok := number(a)
	y, yok := number(b)
	if xok && yok {
		return cmp.Compare(x, y)
	}
	return compareNatural(fmt.Sprint(a), fmt.Sprint(b))
}

func btoi(b bool) int {
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

// compareNatural compares texts, and runs of digits in them as numbers: web-9
// comes before web-10.
func compareNatural(a, b string) int {
	for a != "" && b != "" {
		x, y := digits(a), digits(b)
		if x == "" || y == "" {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		m, n := strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if c := cmp.Or(cmp.Compare(len(m), len(n)), cmp.Compare(m, n), cmp.Compare(len(x), len(y))); c != 0 {
			return c
		}
		a, b = a[len(x):], b[len(y):]
	}
	return cmp.Compare(len(a), len(b))
}

// digits are the digits that s begins with.
func digits(s string) string {
	return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))]
}
