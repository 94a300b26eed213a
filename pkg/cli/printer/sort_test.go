// SPDX-License-Identifier: Apache-2.0

package printer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
)

// named returns objects with names and numbers of restarts.
func named(names string, restarts ...int) []printer.Group {
	var objects []v1alpha1.Object
	for i, name := range strings.Fields(names) {
		o := v1alpha1.Object{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if i < len(restarts) {
			o.Status.Restarts = restarts[i]
		}
		objects = append(objects, o)
	}
	return []printer.Group{{Kind: v1alpha1.KindContainer, Objects: objects}}
}

func TestSortGroups(t *testing.T) {
	for name, row := range map[string]struct {
		groups []printer.Group
		by     string
		want   string
	}{
		"names in natural order": {named("web-10 web-9 web-1 api"), ".metadata.name", "api web-1 web-9 web-10"},
		"numbers by size":        {named("a b c", 10, 9, 100), "{.status.restarts}", "b a c"},
		"equal values stay":      {named("b a", 1, 1), ".status.restarts", "b a"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := printer.SortGroups(row.groups, row.by); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range row.groups[0].Objects {
				got = append(got, o.Name)
			}
			if diff := cmp.Diff(row.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	t.Run("an unknown path is an error", func(t *testing.T) {
		if err := printer.SortGroups(named("a"), ".status.nothing"); err == nil {
			t.Error("there is no error")
		}
	})
	t.Run("no objects are no error", func(t *testing.T) {
		if err := printer.SortGroups(named(""), ".status.nothing"); err != nil {
			t.Error(err)
		}
	})
}
