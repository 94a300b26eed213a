// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
)

// watcher follows the containers of a rig over its socket.
type watcher struct {
	r      *rig
	client *http.Client
	// since is the resourceVersion of the last change; seen has all changes.
	since string
	seen  []string
}

func newWatcher(r *rig) *watcher {
	r.t.Helper()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(r.home, "s"))
	}}
	r.t.Cleanup(transport.CloseIdleConnections)
	return &watcher{r: r, client: &http.Client{Transport: transport}}
}

const containersPath = "http://controller/apis/reconciler.dev/v1alpha1/containers"

func (w *watcher) get(ctx context.Context, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return w.client.Do(req)
}

// version returns the present resourceVersion.
func (w *watcher) version() string {
	w.r.t.Helper()
	resp, err := w.get(w.r.t.Context(), containersPath)
	w.r.must(err)
	defer func() { _ = resp.Body.Close() }()
	var list struct {
		Metadata struct{ ResourceVersion string }
	}
	w.r.must(json.NewDecoder(resp.Body).Decode(&list))
	return list.Metadata.ResourceVersion
}

// watch reads changes until enough returns true or ctx ends.
func (w *watcher) watch(ctx context.Context, enough func(change object) bool) error {
	ctx, cut := context.WithCancel(ctx)
	defer cut()
	resp, err := w.get(ctx, containersPath+"?watch=true&resourceVersion="+w.since)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		var change struct {
			Type   string
			Object struct {
				object
				Metadata struct{ Name, ResourceVersion string }
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &change); err != nil {
			return err
		}
		if change.Type == "ERROR" {
			return errors.New(lines.Text())
		}
		o := change.Object
		w.since = o.Metadata.ResourceVersion
		w.seen = append(w.seen, fmt.Sprintf("%s %s %s %s", w.since, change.Type, o.Metadata.Name, o.Status.Phase))
		if enough(o.object) {
			return nil
		}
	}
	return ctx.Err()
}

// TestWatchCut verifies that a watch which reconnects after every change gets the
// same changes as a watch without interruption.
func TestWatchCut(t *testing.T) {
	r := newRig(t)
	r.write("app.yaml", manifest("app", "sleep", ""))
	r.start()
	r.requireUp("app")
	whole, cut := newWatcher(r), newWatcher(r)
	whole.since = whole.version()
	cut.since = whole.since
	over := func(o object) bool { return o.Status.Phase == "Stopped" }
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	var group errgroup.Group
	group.Go(func() error { return whole.watch(ctx, over) })
	group.Go(func() error {
		for {
			stopped := false
			err := cut.watch(ctx, func(o object) bool { stopped = over(o); return true })
			if err != nil || stopped {
				return err
			}
		}
	})
	for range 3 {
		before := r.startedAt("app")
		docker(t, "kill", r.engineName("app"))
		r.restarted("app", before)
	}
	r.requireUp("app")
	r.expect(0, "stop", "app")
	r.must(group.Wait())
	if diff := cmp.Diff(whole.seen, cut.seen); diff != "" || len(whole.seen) < 8 {
		t.Errorf("%d changes (-whole +cut):\n%s", len(whole.seen), diff)
	}
}
