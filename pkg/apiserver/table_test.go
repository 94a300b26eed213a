// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// lines returns the header and the rows of a table, with wide columns in brackets.
func lines(table metav1.Table) []string {
	header := []string{}
	for _, c := range table.ColumnDefinitions {
		name := c.Name
		if c.Priority > 0 {
			name = "[" + name + "]"
		}
		header = append(header, name)
	}
	out := []string{strings.Join(header, "|")}
	for _, row := range table.Rows {
		cells := []string{}
		for _, c := range row.Cells {
			cells = append(cells, fmt.Sprint(c))
		}
		out = append(out, strings.Join(cells, "|"))
	}
	return out
}

func TestTables(t *testing.T) {
	f := populated(t)
	// The header that kubectl sends.
	const accept = tableJSON + ",application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
	t.Run("are returned to kubectl", func(t *testing.T) {
		got := decode[metav1.Table](t, f.get(containers, "Accept", accept))
		if got.Kind != "Table" || got.APIVersion != "meta.k8s.io/v1" || got.ResourceVersion != fmt.Sprint(f.Version()) {
			t.Errorf("%+v %+v", got.TypeMeta, got.ListMeta)
		}
		if l := lines(got); len(l) != 3 || !strings.HasPrefix(l[1], "db|False|Failed|0|3h|") {
			t.Errorf("%q", l)
		}
	})
	t.Run("of one object have one row", func(t *testing.T) {
		got := decode[metav1.Table](t, f.get(containers+"/web", "Accept", accept))
		if len(got.Rows) != 1 || got.Rows[0].Cells[0] != "web" {
			t.Errorf("%+v", got.Rows)
		}
	})
	for include, want := range map[string]string{
		"":         "PartialObjectMetadata default db false",
		"Metadata": "PartialObjectMetadata default db false",
		"Object":   "Container default db true",
	} {
		t.Run("contain objects for includeObject="+include, func(t *testing.T) {
			got := decode[metav1.Table](t, f.get(containers+"?includeObject="+include, "Accept", accept))
			var o v1alpha1.Object
			if err := json.Unmarshal(got.Rows[0].Object.Raw, &o); err != nil {
				t.Fatal(err)
			}
			if is := fmt.Sprint(o.Kind, " ", o.Namespace, " ", o.Name, " ", o.Spec != nil); is != want {
				t.Errorf("%s, want %s", is, want)
			}
		})
	}
	t.Run("contain no objects for includeObject=None", func(t *testing.T) {
		got := decode[metav1.Table](t, f.get(containers+"?includeObject=None", "Accept", accept))
		if raw := got.Rows[0].Object.Raw; raw != nil {
			t.Errorf("%s", raw)
		}
	})
	t.Run("are not returned to clients of other versions", func(t *testing.T) {
		got := decode[v1alpha1.ObjectList](t, f.get(containers, "Accept", "application/json;as=Table;v=v9;g=meta.k8s.io,application/json"))
		if got.Kind != "ContainerList" {
			t.Errorf("kind %s", got.Kind)
		}
	})
}
