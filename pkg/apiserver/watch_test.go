// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// inBubble runs a test with a served fixture in a synctest bubble.
func inBubble(t *testing.T, test func(*testing.T, *service)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newFixture(t).serve()
		test(t, s)
		s.closeAll()
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
}

func from(version uint64) string {
	return fmt.Sprintf("%s?watch=true&resourceVersion=%d", containers, version)
}

func TestWatch(t *testing.T) {
	t.Run("sends the changes after a version", func(t *testing.T) {
		inBubble(t, func(t *testing.T, s *service) {
			publish(s, container("old", "Running", true))
			w := s.watch(from(s.Version()))
			publish(s, container("web", "Pending", false))
			publish(s, status.Report{Key: key(spec.KindNetwork, "other kind")})
			s.Record(event("web", "no container"))
			publish(s, container("web", "Running", true))
			s.Delete(key(spec.KindContainer, "web"))
			want := []string{"ADDED web Pending", "MODIFIED web Running", "DELETED web Running"}
			if diff := cmp.Diff(want, w.words(3)); diff != "" {
				t.Error(diff)
			}
		})
	})
	t.Run("without a version starts with the existing objects", func(t *testing.T) {
		inBubble(t, func(t *testing.T, s *service) {
			publish(s, container("web", "Running", true))
			w := s.watch(containers + "?watch=true")
			publish(s, container("db", "Running", true))
			if diff := cmp.Diff([]string{"ADDED web Running", "ADDED db Running"}, w.words(2)); diff != "" {
				t.Error(diff)
			}
		})
	})
	t.Run("of one name sends that object only", func(t *testing.T) {
		inBubble(t, func(t *testing.T, s *service) {
			w := s.watch(containers + "/db?watch=true")
			publish(s, container("web", "Running", true))
			publish(s, container("db", "Running", true))
			if diff := cmp.Diff([]string{"ADDED db Running"}, w.words(1)); diff != "" {
				t.Error(diff)
			}
		})
	})
	t.Run("adds objects that begin to match its selector and deletes others", func(t *testing.T) {
		inBubble(t, func(t *testing.T, s *service) {
			w := s.watch(from(s.Version()) + "&labelSelector=app%3Dweb")
			r := container("web", "1", true)
			publish(s, r)
			r.Object.Metadata.Labels = map[string]string{"app": "other"}
			r.Status.Phase = "2"
			publish(s, r)
			gone := s.Version()
			r.Object.Metadata.Labels = map[string]string{"app": "web"}
			r.Status.Phase = "3"
			publish(s, r)
			if diff := cmp.Diff([]string{"ADDED web 1"}, w.words(1)); diff != "" {
				t.Error(diff)
			}
			kind, o := w.object()
			if kind != status.Deleted || o.Status.Phase != "1" || o.ResourceVersion != fmt.Sprint(gone) {
				t.Errorf("want the last matching state, at version %d: %s %+v", gone, kind, o)
			}
			if diff := cmp.Diff([]string{"ADDED web 3"}, w.words(1)); diff != "" {
				t.Error(diff)
			}
		})
	})
}

func TestInterruptedWatchMissesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, s *service) {
		var got []string
		since := s.Version()
		var want []string
		for round := range 5 {
			w := s.watch(from(since))
			for i := range 3 {
				phase := fmt.Sprint(round, i)
				publish(s, container("web", phase, true))
				want = append(want, phase)
			}
			// Two of three are read; the third is lost with the connection.
			for range 2 {
				_, o := w.object()
				got = append(got, o.Status.Phase)
				if _, err := fmt.Sscan(o.ResourceVersion, &since); err != nil {
					t.Fatal(err)
				}
			}
			w.close()
		}
		w := s.watch(from(since))
		for len(got) < len(want) {
			_, o := w.object()
			got = append(got, o.Status.Phase)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWatchExpires(t *testing.T) {
	for name, since := range map[string]func(*service) uint64{
		"that has expired":      func(s *service) uint64 { return s.Version() - 17 },
		"of another controller": func(*service) uint64 { return 1 },
		"in the future":         func(s *service) uint64 { return s.Version() + 1 },
	} {
		t.Run("410 for a version "+name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *service) {
				for i := range 20 {
					publish(s, container("web", fmt.Sprint(i), true))
				}
				w := s.get(from(since(s)))
				wantStatus(t, w, http.StatusGone, metav1.StatusReasonExpired)
			})
		})
	}
	t.Run("a watch that falls behind ends with an ERROR event", func(t *testing.T) {
		inBubble(t, func(t *testing.T, s *service) {
			w := s.watch(from(s.Version()))
			// The client does not read, and the pipe has no buffer: the first write
			// blocks while further changes are published.
			for i := range 40 {
				publish(s, container("web", fmt.Sprint(i), true))
				synctest.Wait()
			}
			for {
				e, err := w.next()
				if err != nil {
					t.Fatalf("no ERROR event: %v", err)
				}
				if e.Type != apiserver.Error {
					continue
				}
				var failure metav1.Status
				if err := json.Unmarshal(e.Object, &failure); err != nil {
					t.Fatal(err)
				}
				if failure.Code != http.StatusGone || failure.Reason != metav1.StatusReasonExpired {
					t.Errorf("%+v", failure)
				}
				break
			}
			if _, err := w.next(); !errors.Is(err, io.EOF) {
				t.Errorf("after the error: %v", err)
			}
		})
	})
}

func TestInitialEvents(t *testing.T) {
	const initial = containers + "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true"
	t.Run("end with a bookmark", func(t *testing.T) {
		inBubble(t, func(t *testing.T, s *service) {
			publish(s, container("web", "Running", true))
			w := s.watch(initial + "&resourceVersionMatch=NotOlderThan")
			if diff := cmp.Diff([]string{"ADDED web Running"}, w.words(1)); diff != "" {
				t.Error(diff)
			}
			kind, o := w.object()
			if kind != apiserver.Bookmark || o.Annotations["k8s.io/initial-events-end"] != "true" || o.Kind != "Container" {
				t.Errorf("%s %+v", kind, o)
			}
			if o.ResourceVersion != fmt.Sprint(s.Version()) {
				t.Errorf("version %s, want %d", o.ResourceVersion, s.Version())
			}
		})
	})
	t.Run("need resourceVersionMatch=NotOlderThan", func(t *testing.T) {
		wantStatus(t, newFixture(t).get(initial), http.StatusBadRequest, metav1.StatusReasonBadRequest)
	})
	t.Run("are not sent for a version in the future", func(t *testing.T) {
		f := newFixture(t)
		path := fmt.Sprintf("%s&resourceVersionMatch=NotOlderThan&resourceVersion=%d", initial, f.Version()+1)
		wantStatus(t, f.get(path), http.StatusGone, metav1.StatusReasonExpired)
	})
	t.Run("can be declined", func(t *testing.T) {
		inBubble(t, func(t *testing.T, s *service) {
			publish(s, container("web", "Running", true))
			w := s.watch(containers + "?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan")
			publish(s, container("db", "Running", true))
			if diff := cmp.Diff([]string{"ADDED db Running"}, w.words(1)); diff != "" {
				t.Error(diff)
			}
		})
	})
}

func TestWatchTimes(t *testing.T) {
	t.Run("an idle watch gets a bookmark each minute if it requests them", func(t *testing.T) {
		inBubble(t, func(t *testing.T, s *service) {
			began := time.Now()
			w := s.watch(from(s.Version()) + "&allowWatchBookmarks=true")
			s.Record(event("web", "not of this watch"))
			kind, o := w.object()
			if kind != apiserver.Bookmark || o.ResourceVersion != fmt.Sprint(s.Version()) {
				t.Errorf("%s %+v, want a bookmark at %d", kind, o, s.Version())
			}
			if took := time.Since(began); took != time.Minute {
				t.Errorf("after %s", took)
			}
		})
	})
	t.Run("timeoutSeconds ends an idle watch", func(t *testing.T) {
		inBubble(t, func(t *testing.T, s *service) {
			began := time.Now()
			w := s.watch(containers + "?watch=true&timeoutSeconds=600")
			publish(s, container("web", "Running", true))
			w.words(1)
			if _, err := w.next(); !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			if took := time.Since(began); took != 10*time.Minute {
				t.Errorf("after %s", took)
			}
		})
	})
	t.Run("the end of the server ends a watch", func(t *testing.T) {
		inBubble(t, func(t *testing.T, s *service) {
			w := s.watch(from(s.Version()))
			began := time.Now()
			ended := make(chan error, 1)
			go func() { ended <- s.stop() }()
			if _, err := w.next(); !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			if err := <-ended; err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took > time.Second {
				t.Errorf("took %s", took)
			}
		})
	})
	t.Run("a client that does not read is dropped", func(t *testing.T) {
		inBubble(t, func(t *testing.T, s *service) {
			w := s.watch(from(s.Version()))
			large := container("web", "Running", true)
			large.Status.Source = string(make([]byte, 1<<20))
			publish(s, large)
			<-time.After(time.Minute)
			if data, err := io.ReadAll(w.lines); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%d bytes, then %v", len(data), err)
			}
		})
	})
}

func TestWatchOfTables(t *testing.T) {
	inBubble(t, func(t *testing.T, s *service) {
		w := s.watch(from(s.Version()), "Accept", tableJSON)
		publish(s, container("web", "Pending", false))
		publish(s, container("web", "Running", true))
		first, second := w.table(), w.table()
		if len(first.ColumnDefinitions) == 0 || len(second.ColumnDefinitions) != 0 {
			t.Errorf("columns: %d, then %d; want them once", len(first.ColumnDefinitions), len(second.ColumnDefinitions))
		}
		if len(second.Rows) != 1 || second.Rows[0].Cells[2] != "Running" {
			t.Errorf("%+v", second.Rows)
		}
		if second.ResourceVersion != fmt.Sprint(s.Version()) {
			t.Errorf("version %s, want %d", second.ResourceVersion, s.Version())
		}
	})
}

func TestWatchOfEvents(t *testing.T) {
	inBubble(t, func(t *testing.T, s *service) {
		w := s.watch("/api/v1/events?watch=true&fieldSelector=involvedObject.name%3Dweb")
		s.Record(event("web", "one"))
		s.Record(event("db", "other"))
		s.Record(event("web", "one"))
		for _, want := range []struct {
			kind  status.ChangeType
			count int32
		}{{status.Added, 1}, {status.Modified, 2}} {
			got, err := w.next()
			if err != nil {
				t.Fatal(err)
			}
			var e v1alpha1.Event
			if err := json.Unmarshal(got.Object, &e); err != nil {
				t.Fatal(err)
			}
			if got.Type != want.kind || e.Count != want.count || e.Message != "one" {
				t.Errorf("%s %+v, want %v", got.Type, e, want)
			}
		}
	})
}

func TestWatchOfNamespaces(t *testing.T) {
	inBubble(t, func(t *testing.T, s *service) {
		w := s.watch(fmt.Sprintf("/api/v1/namespaces?watch=true&resourceVersion=%d", s.Version()))
		publish(s, container("web", "Running", true))
		publish(s, container("db", "Running", true))
		if diff := cmp.Diff([]string{"ADDED default Active"}, w.words(1)); diff != "" {
			t.Error(diff)
		}
		s.Delete(key(spec.KindContainer, "web"))
		s.Delete(key(spec.KindContainer, "db"))
		if diff := cmp.Diff([]string{"DELETED default Active"}, w.words(1)); diff != "" {
			t.Error(diff)
		}
	})
}
