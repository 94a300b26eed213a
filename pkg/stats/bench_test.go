// SPDX-License-Identifier: Apache-2.0

package stats_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/docker"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/stats"
)

// fakeEngine is the environment variable that makes this test binary serve as an
// engine on the given socket.
const fakeEngine = "STATS_FAKE_ENGINE"

// statsFile holds a stats response of Docker 20.10 for a container on one network.
const statsFile = "testdata/stats.json"

func serveFakeEngine(socket string) {
	answer, err := os.ReadFile(statsFile)
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		panic(err)
	}
	_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/stats") {
			time.Sleep(20 * time.Millisecond) //nolint:forbidigo // imitates an engine that waits for its tick with all connections open
			_, _ = w.Write(answer)
		}
	}))
}

// BenchmarkRound50 measures the CPU time of a round over 50 containers with the
// real client and a fake engine in another process. With the default interval of
// 10s, a core has 10,000 ms for a round.
func BenchmarkRound50(b *testing.B) {
	socket := filepath.Join(b.TempDir(), "e.sock")
	server := exec.Command(os.Args[0])
	server.Env = append(os.Environ(), fakeEngine+"="+socket)
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = server.Process.Kill(); _ = server.Wait() }()
	e, err := docker.New(docker.Options{Host: "unix://" + socket})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	rounds := make(chan stats.Round)
	s := stats.New(e, stats.Options{Interval: time.Millisecond, OnRound: func(r stats.Round) { rounds <- r }})
	var targets []plan.UsageTarget
	for i := range 50 {
		t := target(fmt.Sprintf("c%d", i))
		t.ID = engine.ID{Kind: engine.KindContainer, Value: fmt.Sprintf("%064d", i)}
		targets = append(targets, t)
	}
	s.Watch(targets)
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	for r := range rounds { // wait until the engine answers
		if r.Read == len(targets) {
			break
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	before := cpuTime()
	for range b.N {
		if r := <-rounds; r.Read != len(targets) {
			b.Fatalf("%+v", r)
		}
	}
	ms := float64((cpuTime() - before).Microseconds()) / 1000 / float64(b.N)
	b.ReportMetric(ms, "cpu-ms/op")
	b.ReportMetric(100*ms/10_000, "%core@10s")
	b.StopTimer()
	cancel()
	for waiting := true; waiting; {
		select {
		case <-rounds:
		case <-done:
			waiting = false
		}
	}
}

// cpuTime returns the CPU time used by this process.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
