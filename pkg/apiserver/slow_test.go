// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/serve"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// crowd is the number of clients that watch and do not read.
const crowd = 1000

// stall starts a watch and reads the first line of the response only.
func stall(tb testing.TB, conn net.Conn) {
	tb.Helper()
	tb.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "GET %s?watch=true HTTP/1.1\r\nHost: reconciler\r\n\r\n", containers); err != nil {
		tb.Fatal(err)
	}
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || line != "HTTP/1.1 200 OK\r\n" {
		tb.Fatalf("%q, %v", line, err)
	}
}

// TestSlowWatchers starts the watches of a thousand clients that never read, over
// connections without a buffer. Publishing waits for none of them, which would take
// virtual time, and a client that reads gets all changes.
func TestSlowWatchers(t *testing.T) {
	const changes = 300
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, func(o *apiserver.Options) { o.Store = status.NewStore(status.Options{}) })
		s := f.serve()
		transport := s.client.Transport.(*http.Transport)
		for range crowd {
			conn, err := transport.DialContext(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			stall(t, conn)
		}
		prompt := s.watch(containers + "?watch=true")
		synctest.Wait()
		begin := time.Now()
		for i := range changes {
			publish(s, container("web", fmt.Sprint(i), true))
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("publishing waited for %v", took)
		}
		for i, got := range prompt.words(changes) {
			want := fmt.Sprintf("MODIFIED web %d", i)
			if i > 0 && got != want {
				t.Fatalf("change %d is %q, want %q", i, got, want)
			}
		}
		s.closeAll()
		if err := s.stop(); err != nil {
			t.Logf("the watches that are not read were closed: %v", err)
		}
	})
}

// BenchmarkPublish measures the publication of a change, without clients and with a
// thousand clients that watch and do not read.
func BenchmarkPublish(b *testing.B) {
	for _, clients := range []int{0, crowd} {
		b.Run(fmt.Sprintf("watched by %d", clients), func(b *testing.B) {
			store := status.NewStore(status.Options{})
			path := filepath.Join(b.TempDir(), "s")
			ctx, cancel := context.WithCancel(b.Context())
			defer cancel()
			listener, err := serve.Listen(ctx, path)
			if err != nil {
				b.Fatal(err)
			}
			ended := make(chan error, 1)
			handler := apiserver.New(apiserver.Options{Store: store})
			go func() { ended <- serve.HTTP(ctx, listener, handler, slog.New(slog.DiscardHandler)) }()
			for range clients {
				conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
				if err != nil {
					b.Fatal(err)
				}
				stall(b, conn)
			}
			var took []time.Duration
			for b.Loop() {
				begin := time.Now()
				publish(store, container("web", fmt.Sprint(begin.UnixNano()), true))
				took = append(took, time.Since(begin))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2]), "ns-median")
			b.ReportMetric(float64(took[len(took)*99/100]), "ns-p99")
			cancel()
			<-ended
		})
	}
}
