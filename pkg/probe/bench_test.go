// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// benchServer is the environment variable that makes this test binary run the
// named server, so that the cost of the server is not measured.
const benchServer = "RECONCILER_PROBE_BENCH_SERVER"

// BenchmarkProber probes 200 containers each second for five seconds and reports
// the used share of one core.
func BenchmarkProber(b *testing.B) {
	for name, probe := range map[string]func(port int) spec.Probe{
		"http": func(port int) spec.Probe { return spec.Probe{HTTPGet: &spec.HTTPGet{Port: port, Path: "/healthz"}} },
		"tcp":  func(port int) spec.Probe { return spec.Probe{TCPSocket: &spec.TCPSocket{Port: port}} },
		"grpc": func(port int) spec.Probe { return spec.Probe{GRPC: &spec.GRPC{Port: port}} },
	} {
		b.Run(name, func(b *testing.B) {
			port := startServer(b, name)
			for b.Loop() {
				benchmark(b, 200, probe(port))
			}
		})
	}
}

func benchmark(b *testing.B, n int, p spec.Probe) {
	p.Period, p.Timeout = seconds(1), seconds(5)
	d := NewDialer(&fakeEngine{endpoint: "unix:///engine.sock"})
	var runs, failures atomic.Int64
	prober := New(checkerFunc(func(ctx context.Context, c *Check) Outcome {
		o := d.Check(ctx, c)
		runs.Add(1)
		if o.Verdict == Failure {
			failures.Add(1)
			b.Log(o.Message)
		}
		return o
	}), Options{})
	var targets []plan.ProbeTarget
	for i := range n {
		t := target(fmt.Sprintf("web-%d", i), spec.Probes{Readiness: &p})
		t.Network = &engine.Container{Config: &engine.ContainerConfig{NetworkMode: "host"}}
		targets = append(targets, t)
	}
	ctx, cancel := context.WithCancel(b.Context())
	time.AfterFunc(5*time.Second, cancel)
	used, began := cpuTime(b), time.Now()
	var running sync.WaitGroup
	running.Go(func() { _ = prober.Run(ctx) })
	prober.Watch(targets)
	running.Wait()
	took := time.Since(began)
	if failures.Load() > 0 || runs.Load() < 5*int64(n)*8/10 {
		b.Fatalf("%d runs, %d failures", runs.Load(), failures.Load())
	}
	b.ReportMetric(100*float64(cpuTime(b)-used)/float64(took), "%core")
	b.ReportMetric(float64(runs.Load())/took.Seconds(), "probes/s")
}

// cpuTime returns the CPU time used by this process.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// startServer starts a server in another process and returns its port.
func startServer(b *testing.B, name string) int {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), benchServer+"="+name)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = stdin.Close() // the server exits when its input ends
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	var port int
	if _, err := fmt.Sscan(strings.TrimSpace(line), &port); err != nil {
		b.Fatal(err)
	}
	return port
}

// serveBench runs the server of a benchmark until its standard input ends.
func serveBench(name string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, portOf(l.Addr()))
	var handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	server := &http.Server{Handler: handler, Protocols: new(http.Protocols), ReadHeaderTimeout: time.Minute}
	server.Protocols.SetHTTP1(true)
	if name == "grpc" {
		server.Handler = health{map[string]uint64{"": 1}}
		server.Protocols.SetUnencryptedHTTP2(true)
	}
	go func() { _ = server.Serve(l) }()
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
