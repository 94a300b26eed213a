// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// cutter forwards connections to a socket, and closes each after a number of bytes,
// which may be in the middle of a message. It returns its own socket.
func cutter(t *testing.T, socket string, limit int64) (path string, cuts func() int) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "c")
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	count := 0
	pass := func(conn net.Conn) {
		defer func() { _ = conn.Close() }()
		up, err := (&net.Dialer{}).DialContext(context.Background(), "unix", socket)
		if err != nil {
			return
		}
		all.Go(func() { _, _ = io.Copy(up, conn) })
		if _, err := io.CopyN(conn, up, limit); err == nil {
			mu.Lock()
			count++
			mu.Unlock()
		}
		_ = up.Close()
	}
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { pass(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		all.Wait()
	})
	return path, func() int {
		mu.Lock()
		defer mu.Unlock()
		return count
	}
}

// TestFollowMissesNothing closes the connection of a watch many times in the middle
// of messages: each change is yielded once, in order.
func TestFollowMissesNothing(t *testing.T) {
	const changes = 400
	s := newServer(t, 2*changes)
	path, cuts := cutter(t, s.socket, 2500)
	c := New(path)
	c.pause = time.Millisecond
	since := strconv.FormatUint(s.Version(), 10)
	var want, got []string
	go func() {
		for i := range changes {
			r := report("web", true)
			r.Status.Phase = strconv.Itoa(i)
			publish(s, r)
			if i%10 == 0 {
				<-time.After(time.Millisecond) // so that some changes are published between two watches
			}
		}
	}()
	for i := range changes {
		want = append(want, strconv.Itoa(i))
	}
	enough := errors.New("enough")
	err := c.Follow(t.Context(), spec.KindContainer, Selection{}, since, func(c Change[v1alpha1.Object]) error {
		if c.Object.Name == "" {
			return nil // a bookmark
		}
		if got = append(got, c.Object.Status.Phase); len(got) == changes {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := cuts(); n < 20 {
		t.Errorf("the connection was closed only %d times", n)
	}
	t.Logf("the connection was closed %d times", cuts())
}
