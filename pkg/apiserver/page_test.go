// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// pages reads a list page by page, and calls between before each page but the first.
func pages(t *testing.T, f *fixture, path string, between func()) (lists []v1alpha1.ObjectList) {
	t.Helper()
	next := ""
	for {
		list := decode[v1alpha1.ObjectList](t, f.get(path+next))
		lists = append(lists, list)
		if list.Continue == "" {
			return lists
		}
		between()
		next = "&continue=" + url.QueryEscape(list.Continue)
	}
}

func TestPages(t *testing.T) {
	fill := func(t *testing.T) *fixture {
		f := newFixture(t)
		for i := range 7 {
			publish(f, container(fmt.Sprint("c", i), "Running", true))
		}
		return f
	}
	t.Run("together are the complete list", func(t *testing.T) {
		f := fill(t)
		lists := pages(t, f, containers+"?limit=3", func() {})
		var got []string
		for _, l := range lists {
			got = append(got, names(l)...)
		}
		want := names(decode[v1alpha1.ObjectList](t, f.get(containers)))
		if diff := cmp.Diff(want, got); diff != "" || len(lists) != 3 {
			t.Errorf("%d pages: %s", len(lists), diff)
		}
		if rest := lists[0].RemainingItemCount; rest == nil || *rest != 4 {
			t.Errorf("%v remain", rest)
		}
	})
	t.Run("and a watch from their version include changes made in between", func(t *testing.T) {
		f := fill(t)
		lists := pages(t, f, containers+"?limit=3", func() {
			f.Delete(key(spec.KindContainer, "c1"))
			publish(f, container("c0x", "Running", true))
		})
		known := map[string]bool{}
		for _, l := range lists {
			if l.ResourceVersion != lists[0].ResourceVersion {
				t.Errorf("pages of versions %s and %s", lists[0].ResourceVersion, l.ResourceVersion)
			}
			for _, o := range l.Items {
				known[o.Name] = true
			}
		}
		var since uint64
		_, _ = fmt.Sscan(lists[0].ResourceVersion, &since)
		for w := f.Watch(since); since < f.Version(); {
			c, err := w.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			since = c.ResourceVersion
			known[c.Report.Key.Name] = c.Type != status.Deleted
		}
		var got []string
		for name, there := range known {
			if there {
				got = append(got, "default/"+name)
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(names(decode[v1alpha1.ObjectList](t, f.get(containers))), got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("expire with the changes since the first page", func(t *testing.T) {
		f := fill(t)
		first := decode[v1alpha1.ObjectList](t, f.get(containers+"?limit=3"))
		for i := range 20 {
			publish(f, container("busy", fmt.Sprint(i), true))
		}
		wantStatus(t, f.get(containers+"?limit=3&continue="+url.QueryEscape(first.Continue)), http.StatusGone, metav1.StatusReasonExpired)
	})
	for _, query := range []string{"limit=x", "limit=-1", "continue=x", "continue=bnVsbA"} {
		t.Run("400 for "+query, func(t *testing.T) {
			wantStatus(t, fill(t).get(containers+"?"+query), http.StatusBadRequest, metav1.StatusReasonBadRequest)
		})
	}
}
