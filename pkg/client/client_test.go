// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

func namesOf(list v1alpha1.ObjectList) []string {
	out := []string{}
	for _, o := range list.Items {
		out = append(out, o.Namespace+"/"+o.Name)
	}
	return out
}

func TestList(t *testing.T) {
	s := newServer(t, 16)
	publish(s, report("web", true))
	publish(s, report("db", true))
	elsewhere := report("web", true)
	elsewhere.Key.Namespace, elsewhere.Object.Metadata.Namespace = "other", "other"
	publish(s, elsewhere)
	for name, tc := range map[string]struct {
		kind spec.Kind
		sel  Selection
		want []string
	}{
		"all namespaces, sorted":      {spec.KindContainer, Selection{}, []string{"other/web", "shop/db", "shop/web"}},
		"one namespace":               {spec.KindContainer, Selection{Namespace: "shop"}, []string{"shop/db", "shop/web"}},
		"by label":                    {spec.KindContainer, Selection{Labels: "app=db"}, []string{"shop/db"}},
		"by field":                    {spec.KindContainer, Selection{Fields: "metadata.name=web"}, []string{"other/web", "shop/web"}},
		"another kind":                {spec.KindNetwork, Selection{}, []string{}},
		"a namespace without objects": {spec.KindContainer, Selection{Namespace: "a b/c"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := s.client().List(t.Context(), tc.kind, tc.sel)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, namesOf(list)); diff != "" {
				t.Error(diff)
			}
			if list.ResourceVersion == "" {
				t.Error("the list has no version")
			}
		})
	}
	t.Run("an invalid selector is refused", func(t *testing.T) {
		_, err := s.client().List(t.Context(), spec.KindContainer, Selection{Labels: "=="})
		if !apierrors.IsBadRequest(err) {
			t.Errorf("got %v", err)
		}
	})
}

func TestEvents(t *testing.T) {
	s := newServer(t, 16)
	for _, name := range []string{"web", "db"} {
		s.Record(status.Event{Key: keyOf(name), Type: status.Normal, Reason: "Started", Message: name, First: epoch, Last: epoch})
	}
	list, err := s.client().EventsOf(t.Context(), keyOf("db"))
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Items) != 1 || list.Items[0].Message != "db" {
		t.Errorf("the events of db are %+v", list.Items)
	}
	if list, err = s.client().Events(t.Context(), Selection{}); err != nil || len(list.Items) != 2 {
		t.Errorf("all events are %+v, %v", list.Items, err)
	}
}

func TestApprove(t *testing.T) {
	s := newServer(t, 16)
	approved, err := s.client().Approve(t.Context(), []string{"Container/shop/web", "Container/shop/db"})
	if err != nil || !slices.Equal(approved, []string{"Container/shop/web"}) {
		t.Errorf("got %v, %v", approved, err)
	}
	if _, err := s.client().Approve(t.Context(), []string{"web"}); !apierrors.IsBadRequest(err) {
		t.Errorf("got %v", err)
	}
}

func TestLogs(t *testing.T) {
	s := newServer(t, 16)
	publish(s, report("web", true))
	publish(s, report("silent", true))
	text, err := s.client().Logs(t.Context(), keyOf("web"), 2)
	if err != nil || text != "two\nthree\n" {
		t.Errorf("got %q, %v", text, err)
	}
	if _, err := s.client().Logs(t.Context(), keyOf("silent"), 2); !apierrors.IsNotFound(err) {
		t.Errorf("want NotFound, got %v", err)
	}
}

func TestStatus(t *testing.T) {
	s := newServer(t, 16)
	got, err := s.client().Status(t.Context())
	if err != nil || got.Instance != "default" || !got.Synced {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestUnreachable(t *testing.T) {
	dir := t.TempDir()
	stale := filepath.Join(dir, "stale.sock")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: stale, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	for name, socket := range map[string]string{
		"no socket":    filepath.Join(dir, "none.sock"),
		"stale socket": stale,
	} {
		t.Run(name+": the error states how to start a controller", func(t *testing.T) {
			_, err := New(socket).Status(t.Context())
			var unreachable *UnreachableError
			if !errors.As(err, &unreachable) || unreachable.Socket != socket {
				t.Fatalf("got %v", err)
			}
			want := "no controller answers at " + socket + "; start one with `reconciler run DIR`"
			if err.Error() != want {
				t.Errorf("got %q, want %q", err, want)
			}
		})
	}
	t.Run("the socket of another user is a different error", func(t *testing.T) {
		err := &UnreachableError{Socket: "/s", Err: fmt.Errorf("dial: %w", syscall.EACCES)}
		if !strings.Contains(err.Error(), "belongs to another user") || !errors.Is(err, os.ErrPermission) {
			t.Errorf("got %q", err)
		}
	})
	t.Run("the error of the context is returned", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := New(stale).Status(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestResponseOfAnotherServer(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	answers := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == v1alpha1.ControllerPath {
			http.Error(w, "a teapot", http.StatusTeapot)
			return
		}
		_, _ = w.Write([]byte("no JSON"))
	})
	other := &http.Server{Handler: answers} //nolint:gosec // a test
	go func() { _ = other.Serve(listener) }()
	t.Cleanup(func() { _ = other.Close() })
	t.Run("an error that is not a Status is returned as text", func(t *testing.T) {
		if _, err := New(socket).Status(t.Context()); err == nil || err.Error() != "418 I'm a teapot: a teapot" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a response that is not JSON is an error", func(t *testing.T) {
		if _, err := New(socket).List(t.Context(), spec.KindContainer, Selection{}); err == nil {
			t.Error("got no error")
		}
	})
}
