// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"reflect"
	"strings"
	"testing"
)

// TestChangesExist finds rows of the table without a field; that each field has a
// row is found by TestHashCovers.
func TestChangesExist(t *testing.T) {
	for _, kind := range Kinds() {
		found := map[string]bool{}
		var walk func(t reflect.Type, path string)
		walk = func(t reflect.Type, path string) {
			inner, path := element(t, path)
			if isLeaf(inner) {
				found[path] = true
				return
			}
			for f := range inner.Fields() {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				walk(f.Type, join(path, name))
			}
		}
		walk(specTypes[kind], "")
		for path := range changes[kind] {
			if !found[path] {
				t.Errorf("%s has no field %s", kind, path)
			}
		}
	}
}
