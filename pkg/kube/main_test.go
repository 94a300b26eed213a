// SPDX-License-Identifier: Apache-2.0

package kube_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// epoch is the time at which the objects of the tests are first seen.
var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// report returns the report of a ready Container.
func report(name string) status.Report {
	k := spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: name}
	return status.Report{
		Key: k, UID: "uid-" + name, ResourceVersion: 7, FirstSeen: epoch,
		Object: spec.Object{
			Kind:       k.Kind,
			Metadata:   spec.Metadata{Name: name, Namespace: k.Namespace, Labels: map[string]string{"app": name}},
			Container:  &spec.Container{Image: "example/" + name + ":1"},
			Generation: 2,
		},
		Status: v1alpha1.Status{
			Conditions: condition.Merge(nil, []condition.Condition{
				condition.Make(condition.Ready, condition.Bool(true), condition.ReasonRunning, "because", 2),
			}, epoch),
		},
	}
}

// checkJSON compares the JSON of a value with the wanted text.
func checkJSON(t *testing.T, v any, want string) {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var got, wanted any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}
