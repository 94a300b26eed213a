// SPDX-License-Identifier: Apache-2.0

package table_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

var (
	epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	now   = epoch.Add(3 * time.Hour)
)

// object returns an object that was created at epoch, with a Ready condition unless
// ready is empty.
func object(kind v1alpha1.Kind, name, phase string, ready metav1.ConditionStatus, spec string) v1alpha1.Object {
	o := v1alpha1.Object{
		TypeMeta:   metav1.TypeMeta{Kind: string(kind)},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", CreationTimestamp: metav1.NewTime(epoch)},
		Spec:       json.RawMessage(spec),
		Status:     v1alpha1.Status{Phase: phase},
	}
	if ready != "" {
		o.Status.Conditions = []v1alpha1.Condition{{Type: string(v1alpha1.ConditionReady), Status: ready, Message: "because"}}
	}
	return o
}

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

func TestObjects(t *testing.T) {
	started := now.Add(-5 * time.Minute)
	app := object(v1alpha1.KindContainer, "app", "Running", metav1.ConditionTrue, `{"image":"example/app:1"}`)
	crashing := object(v1alpha1.KindContainer, "db", "CrashLooping", metav1.ConditionFalse, `{"image":"example/db:1"}`)
	crashing.Status.Restarts, crashing.Status.StartedAt = 3, &started
	crashing.Status.ContainerID = "0123456789abcdef0123"
	crashing.Status.Endpoints = []string{"127.0.0.1:1->1/tcp", "127.0.0.1:2->2/tcp"}
	blocked := object(v1alpha1.KindContainer, "web", "Pending", metav1.ConditionFalse, `{"image":"example/web:1"}`)
	blocked.Status.RootCause = &v1alpha1.RootCause{Object: "Container/default/db", Message: "exit code 1"}
	leaving := object(v1alpha1.KindContainer, "old", "Deleting", "", "")
	leaving.CreationTimestamp = metav1.Time{}
	network := object(v1alpha1.KindNetwork, "net", "Present", "", `{"driver":"bridge"}`)
	network.Status.EngineName = "net.default"
	manifest := object(v1alpha1.KindManifest, "broken.yaml", "Invalid", metav1.ConditionFalse, "")

	for name, tc := range map[string]struct {
		kind    v1alpha1.Kind
		objects []v1alpha1.Object
		want    []string
	}{
		"containers": {v1alpha1.KindContainer, []v1alpha1.Object{app, crashing, blocked, leaving}, []string{
			"Name|Ready|Status|Restarts|Age|[Image]|[Ports]|[Container-ID]|[Message]",
			"app|True|Running|0|3h|example/app:1|<none>|<none>|",
			"db|False|CrashLooping|3 (5m ago)|3h|example/db:1|127.0.0.1:1->1/tcp,127.0.0.1:2->2/tcp|0123456789ab|because",
			"web|False|Pending|0|3h|example/web:1|<none>|<none>|because; root cause: Container/default/db: exit code 1",
			"old|Unknown|Deleting|0|<unknown>|<none>|<none>|<none>|",
		}},
		"networks": {v1alpha1.KindNetwork, []v1alpha1.Object{network}, []string{
			"Name|Ready|Status|Age|[Driver]|[Engine-Name]|[Message]",
			"net|Unknown|Present|3h|bridge|net.default|",
		}},
		"manifests have a message column": {v1alpha1.KindManifest, []v1alpha1.Object{manifest}, []string{
			"Name|Ready|Status|Age|Message",
			"broken.yaml|False|Invalid|3h|because",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, lines(table.Objects(tc.kind, tc.objects, now))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEvents(t *testing.T) {
	e := v1alpha1.Event{
		ObjectMeta:     metav1.ObjectMeta{Name: "web.1"},
		InvolvedObject: v1alpha1.ObjectReference{Kind: "Container", Name: "web"},
		FirstTimestamp: metav1.NewTime(epoch), LastTimestamp: metav1.NewTime(epoch.Add(time.Hour)),
		Type: v1alpha1.EventNormal, Reason: "Started", Message: "one", Count: 7,
	}
	want := []string{
		"Last Seen|Type|Reason|Object|[First Seen]|[Count]|[Name]|Message",
		"120m|Normal|Started|container/web|3h|7|web.1|one",
	}
	if diff := cmp.Diff(want, lines(table.Events([]v1alpha1.Event{e}, now))); diff != "" {
		t.Error(diff)
	}
}
