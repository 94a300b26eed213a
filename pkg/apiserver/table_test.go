// SPDX-License-Identifier: Apache-2.0

package apiserver_test

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
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// lines are the header and the rows of a table; wide columns are in brackets.
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

func TestTableOf(t *testing.T) {
	now := epoch.Add(3 * time.Hour)
	started := now.Add(-5 * time.Minute)
	crashing := container("db", "CrashLooping", false)
	crashing.Status.Restarts, crashing.Status.StartedAt = 3, &started
	crashing.Status.ContainerID = "0123456789abcdef0123"
	crashing.Status.Endpoints = []string{"127.0.0.1:1->1/tcp", "127.0.0.1:2->2/tcp"}
	blocked := container("web", "Pending", false)
	blocked.Status.RootCause = &v1alpha1.RootCause{Object: "Container/default/db", Message: "exit code 1"}
	leaving := status.Report{Key: key(spec.KindContainer, "old"), Status: v1alpha1.Status{Phase: "Deleting"}}
	network := status.Report{
		Key: key(spec.KindNetwork, "net"), FirstSeen: epoch, Status: v1alpha1.Status{Phase: "Present", EngineName: "net.default"},
		Object: spec.Object{Kind: spec.KindNetwork, Network: &spec.Network{Driver: "bridge"}},
	}
	manifest := container("broken.yaml", "Invalid", false)
	manifest.Key.Kind, manifest.Object = spec.KindManifest, spec.Object{}

	for name, tc := range map[string]struct {
		kind    spec.Kind
		reports []status.Report
		want    []string
	}{
		"containers": {spec.KindContainer, []status.Report{container("app", "Running", true), crashing, blocked, leaving}, []string{
			"Name|Ready|Status|Restarts|Age|[Image]|[Ports]|[Container-ID]|[Message]",
			"app|True|Running|0|3h|example/app:1|<none>|<none>|",
			"db|False|CrashLooping|3 (5m ago)|3h|example/db:1|127.0.0.1:1->1/tcp,127.0.0.1:2->2/tcp|0123456789ab|because",
			"web|False|Pending|0|3h|example/web:1|<none>|<none>|because; root cause: Container/default/db: exit code 1",
			"old|Unknown|Deleting|0|<unknown>|<none>|<none>|<none>|",
		}},
		"networks": {spec.KindNetwork, []status.Report{network}, []string{
			"Name|Ready|Status|Age|[Driver]|[Engine-Name]|[Message]",
			"net|Unknown|Present|3h|bridge|net.default|",
		}},
		"manifests say why at once": {spec.KindManifest, []status.Report{manifest}, []string{
			"Name|Ready|Status|Age|Message",
			"broken.yaml|False|Invalid|3h|because",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var objects []v1alpha1.Object
			for _, r := range tc.reports {
				objects = append(objects, kube.ObjectOf(r))
			}
			if diff := cmp.Diff(tc.want, lines(table.Objects(tc.kind, objects, now))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTableOfEvents(t *testing.T) {
	e := event("web", "one")
	e.Name, e.Count, e.Last = "web.1", 7, epoch.Add(time.Hour)
	want := []string{
		"Last Seen|Type|Reason|Object|[First Seen]|[Count]|[Name]|Message",
		"120m|Normal|Started|container/web|3h|7|web.1|one",
	}
	got := table.Events([]v1alpha1.Event{kube.EventOf(e)}, epoch.Add(3*time.Hour))
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Error(diff)
	}
}

func TestTables(t *testing.T) {
	f := populated(t)
	// What kubectl sends.
	const accept = tableJSON + ",application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
	t.Run("are what kubectl gets", func(t *testing.T) {
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
		t.Run("carry what includeObject="+include+" asks for", func(t *testing.T) {
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
	t.Run("carry nothing when asked", func(t *testing.T) {
		got := decode[metav1.Table](t, f.get(containers+"?includeObject=None", "Accept", accept))
		if raw := got.Rows[0].Object.Raw; raw != nil {
			t.Errorf("%s", raw)
		}
	})
	t.Run("are not for those who know no version of ours", func(t *testing.T) {
		got := decode[v1alpha1.ObjectList](t, f.get(containers, "Accept", "application/json;as=Table;v=v9;g=meta.k8s.io,application/json"))
		if got.Kind != "ContainerList" {
			t.Errorf("kind %s", got.Kind)
		}
	})
}
