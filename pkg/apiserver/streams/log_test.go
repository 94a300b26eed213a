// SPDX-License-Identifier: Apache-2.0

package streams_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/streams"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// logs contain the lines of each container, and record the options of the last call.
type logs struct {
	lines map[string][]string
	asked *v1alpha1.LogOptions
	err   error
}

func (l logs) Logs(_ context.Context, k spec.Key, opts v1alpha1.LogOptions, w io.Writer) error {
	*l.asked = opts
	all, found := l.lines[k.Name]
	if !found {
		return engine.Errorf("logs", engine.NotFound, "no container %s", k.Name)
	}
	if opts.Tail >= 0 {
		all = all[max(len(all)-opts.Tail, 0):]
	}
	for _, line := range all {
		if _, err := io.WriteString(w, line+"\n"); err != nil {
			return err
		}
	}
	return l.err
}

func newLogs(t *testing.T, err error) (*fixture, *v1alpha1.LogOptions) {
	t.Helper()
	asked := &v1alpha1.LogOptions{}
	f := newFixture(t, streams.Options{
		Logs: logs{lines: map[string][]string{"web": {"one", "two", "three"}}, asked: asked, err: err},
	})
	f.set(container("db"))
	return f, asked
}

func TestLog(t *testing.T) {
	f, asked := newLogs(t, nil)
	now := epoch.Add(3 * time.Hour)
	at := time.Date(2026, 1, 2, 3, 0, 0, 5000, time.UTC)
	for query, want := range map[string]v1alpha1.LogOptions{
		"":                     {Tail: -1},
		"?tailLines=2":         {Tail: 2},
		"?tailLines=0":         {},
		"?sinceSeconds=60":     {Tail: -1, Since: now.Add(-time.Minute)},
		"?timestamps=true":     {Tail: -1, Timestamps: true},
		"?follow=true":         {Tail: -1, Follow: true},
		"?container=web":       {Tail: -1},
		"?tailLines=999999999": {Tail: 999999999},
		"?" + v1alpha1.LogOptions{Tail: 1, Since: at, Timestamps: true, Follow: true}.Query().Encode(): {
			Tail: 1, Since: at, Timestamps: true, Follow: true,
		},
	} {
		for _, collection := range []string{containersPath, podsPath} {
			t.Run(collection+query, func(t *testing.T) {
				w := f.get(collection + "/web/log" + query)
				text := []string{"one", "two", "three"}
				if want.Tail >= 0 {
					text = text[max(0, 3-want.Tail):]
				}
				if got := strings.Fields(w.Body.String()); w.Code != http.StatusOK || !cmp.Equal(text, append([]string{}, got...)) {
					t.Errorf("%d %q, want %q", w.Code, got, text)
				}
				if diff := cmp.Diff(want, *asked); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
	for limit, want := range map[string]string{"1": "o", "4": "one\n", "6": "one\ntw", "99": "one\ntwo\nthree\n"} {
		t.Run("at most "+limit+" bytes", func(t *testing.T) {
			if w := f.get(containersPath + "/web/log?limitBytes=" + limit); w.Code != http.StatusOK || w.Body.String() != want {
				t.Errorf("%d %q, want %q", w.Code, w.Body, want)
			}
		})
	}
	t.Run("404 for a container that does not exist", func(t *testing.T) {
		wantStatus(t, f.get(containersPath+"/db/log"), http.StatusNotFound, metav1.StatusReasonNotFound)
	})
	t.Run("404 for an unknown name", func(t *testing.T) {
		wantStatus(t, f.get(containersPath+"/nope/log"), http.StatusNotFound, metav1.StatusReasonNotFound)
	})
	for _, query := range []string{"tailLines=x", "tailLines=-1", "sinceSeconds=0", "sinceTime=noon", "previous=true", "container=other", "limitBytes=0", "limitBytes=x"} {
		t.Run("400 for "+query, func(t *testing.T) {
			wantStatus(t, f.get(containersPath+"/web/log?"+query), http.StatusBadRequest, metav1.StatusReasonBadRequest)
		})
	}
}

// TestLogOfThePreviousRun requests the lines between two starts.
func TestLogOfThePreviousRun(t *testing.T) {
	at := func(second int) time.Time { return time.Date(2026, 1, 2, 3, 0, second, 0, time.UTC) }
	next := at(30)
	ended := status.Run{ContainerID: "x", StartedAt: at(10), FinishedAt: at(20), WritesFrom: at(9)}
	running := status.Run{ContainerID: "x", StartedAt: at(24), WritesFrom: at(22)}
	since := at(9)
	for name, tc := range map[string]struct {
		run, earlier status.Run
		next         *time.Time
		query        string
		want         v1alpha1.LogOptions
		text         string
	}{
		"a running container":                    {running, ended, nil, "&follow=true", v1alpha1.LogOptions{Tail: -1, Since: since, Until: at(22), Previous: true}, "one\ntwo\nthree\n"},
		"a container that waits for its restart": {ended, status.Run{}, &next, "&timestamps=true", v1alpha1.LogOptions{Tail: -1, Since: since, Until: at(20).Add(500 * time.Millisecond), Timestamps: true, Previous: true}, "one\ntwo\nthree\n"},
		"since a later time":                     {running, ended, nil, "&sinceTime=2026-01-02T03:00:15Z", v1alpha1.LogOptions{Tail: -1, Since: at(15), Until: at(22), Previous: true}, "one\ntwo\nthree\n"},
		"the last lines of the previous run":     {running, ended, nil, "&tailLines=2", v1alpha1.LogOptions{Tail: -1, Since: since, Until: at(22), Previous: true}, "two\nthree\n"},
		"no lines":                               {running, ended, nil, "&tailLines=0", v1alpha1.LogOptions{Tail: -1, Since: since, Until: at(22), Previous: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, asked := newLogs(t, nil)
			report := container("web")
			report.Run, report.Earlier, report.Status.NextRestartAt = tc.run, tc.earlier, tc.next
			f.set(report)
			if w := f.get(containersPath + "/web/log?previous=true" + tc.query); w.Code != http.StatusOK || w.Body.String() != tc.text {
				t.Errorf("%d %q, want %q", w.Code, w.Body, tc.text)
			}
			if diff := cmp.Diff(tc.want, *asked); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("400 if the last run will not be followed by another", func(t *testing.T) {
		f, _ := newLogs(t, nil)
		report := container("web")
		report.Run = ended
		f.set(report)
		wantStatus(t, f.get(containersPath+"/web/log?previous=true"), http.StatusBadRequest, metav1.StatusReasonBadRequest)
	})
}

func TestIncompleteLogCutsTheConnection(t *testing.T) {
	f, _ := newLogs(t, errors.New("the engine has gone"))
	defer func() {
		if recover() != http.ErrAbortHandler { //nolint:errorlint // compared as net/http does
			t.Error("the connection is not closed")
		}
	}()
	f.get(containersPath + "/web/log")
}
