// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// fakeEngine implements the calls that a Dialer makes.
type fakeEngine struct {
	engine.Engine
	endpoint string
	exec     func(context.Context, engine.ExecOptions) (int, error)
	logs     func(context.Context, engine.LogOptions) error
}

func (l *fakeEngine) Info(context.Context) (engine.Info, error) {
	if l.endpoint == "" {
		return engine.Info{}, engine.Errorf("info", engine.Unreachable, "away")
	}
	return engine.Info{Endpoint: l.endpoint}, nil
}

func (l *fakeEngine) Exec(ctx context.Context, _ engine.ID, o engine.ExecOptions) (int, error) {
	return l.exec(ctx, o)
}

func (l *fakeEngine) StreamLogs(ctx context.Context, _ engine.ID, o engine.LogOptions) error {
	return l.logs(ctx, o)
}

// hostCheck returns a check of a container on the host network.
func hostCheck(p spec.Probe) *Check {
	p.Timeout = spec.Duration(5 * time.Second)
	c := &engine.Container{StartedAt: noon, Config: &engine.ContainerConfig{NetworkMode: "host"}}
	return &Check{Kind: Readiness, Probe: &p, Target: plan.ProbeTarget{Container: c, Network: c}}
}

// requireOutcome runs a probe against a server on this host. The probe must
// succeed if want is empty, and otherwise fail with a message that begins with it.
func requireOutcome(t *testing.T, p spec.Probe, want string) {
	t.Helper()
	checkOutcome(t, NewDialer(&fakeEngine{endpoint: "unix:///engine.sock"}).Check(t.Context(), hostCheck(p)), want)
}

func checkOutcome(t *testing.T, got Outcome, want string) {
	t.Helper()
	if want == "" && got.Verdict != Success || want != "" && (got.Verdict != Failure || !strings.HasPrefix(got.Message, want)) {
		t.Errorf("got %+v, want %q", got, want)
	}
}

func portOf(address net.Addr) int { return address.(*net.TCPAddr).Port }

// closedPort returns a port on which nothing listens.
func closedPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return portOf(l.Addr())
}

// silentPort returns a port that accepts connections and never sends data.
func silentPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return portOf(l.Addr())
}

func TestHTTPGet(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) })
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/sick", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the cellar is empty\nsecond line", http.StatusServiceUnavailable)
	})
	mux.HandleFunc("/headers", func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "shop.test" || r.Header.Get("X-Probe") != "yes" || r.UserAgent() != userAgent || r.URL.RawQuery != "full=1" {
			w.WriteHeader(http.StatusBadRequest)
		}
	})
	mux.HandleFunc("/near", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/sick", http.StatusFound) })
	mux.HandleFunc("/far", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://elsewhere.test/sick", http.StatusFound)
	})
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/hints", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusOK)
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	plain, secure := httptest.NewServer(mux), httptest.NewUnstartedServer(mux)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer plain.Close()
	defer secure.Close()
	port := portOf(plain.Listener.Addr())
	closed := closedPort(t)
	for name, test := range map[string]struct {
		get  spec.HTTPGet
		want string
	}{
		"200_to_399_is_success":           {spec.HTTPGet{Port: port}, ""},
		"404_is_failure":                  {spec.HTTPGet{Port: port, Path: "/nowhere"}, "HTTP 404: 404 page not found"},
		"503_reports_its_first_line":      {spec.HTTPGet{Port: port, Path: "/sick"}, "HTTP 503: the cellar is empty"},
		"an_expected_404_is_success":      {spec.HTTPGet{Port: port, Path: "/nowhere", ExpectStatus: "200, 400-404"}, ""},
		"an_unexpected_204_is_failure":    {spec.HTTPGet{Port: port, ExpectStatus: "200"}, "HTTP 204"},
		"headers_and_host_are_sent":       {spec.HTTPGet{Port: port, Path: "/headers?full=1", Headers: map[string]string{"Host": "shop.test", "X-Probe": "yes"}}, ""},
		"a_local_redirect_is_followed":    {spec.HTTPGet{Port: port, Path: "/near"}, "HTTP 503"},
		"a_redirect_elsewhere_is_success": {spec.HTTPGet{Port: port, Path: "/far"}, ""},
		"redirects_are_limited":           {spec.HTTPGet{Port: port, Path: "/round"}, "more than 10 redirects"},
		"early_hints_are_skipped":         {spec.HTTPGet{Port: port, Path: "/hints"}, ""},
		"an_endless_response_is_success":  {spec.HTTPGet{Port: port, Path: "/endless"}, ""},
		"no_response_is_failure":          {spec.HTTPGet{Port: port, Path: "/abort"}, "connection closed without a response"},
		"a_closed_port_is_refused":        {spec.HTTPGet{Port: closed}, fmt.Sprintf("connection refused at 127.0.0.1:%d", closed)},
		"certificates_are_not_verified":   {spec.HTTPGet{Port: portOf(secure.Listener.Addr()), Scheme: "HTTPS"}, ""},
		"http_to_a_tls_server_is_failure": {spec.HTTPGet{Port: portOf(secure.Listener.Addr())}, "HTTP 400"},
		"tls_to_a_plain_server_fails":     {spec.HTTPGet{Port: port, Scheme: "https"}, "tls: first record does not look like a TLS handshake"},
	} {
		t.Run(name, func(t *testing.T) { requireOutcome(t, spec.Probe{HTTPGet: &test.get}, test.want) })
	}
}

// TestLimit verifies that each kind of probe ends at its timeout, and that an
// interrupted probe has an unknown verdict.
func TestLimit(t *testing.T) {
	port := silentPort(t)
	wait := func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	d := NewDialer(&fakeEngine{
		endpoint: "unix:///engine.sock",
		exec:     func(ctx context.Context, _ engine.ExecOptions) (int, error) { return 0, wait(ctx) },
		logs:     func(ctx context.Context, _ engine.LogOptions) error { return wait(ctx) },
	})
	for name, p := range map[string]spec.Probe{
		"http":  {HTTPGet: &spec.HTTPGet{Port: port}},
		"https": {HTTPGet: &spec.HTTPGet{Port: port, Scheme: "https"}},
		"grpc":  {GRPC: &spec.GRPC{Port: port}},
		"exec":  {Exec: &spec.Exec{Command: []string{"sleep"}}},
		"log":   {Log: &spec.LogMatch{Pattern: "never"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := hostCheck(p)
			c.Probe.Timeout = spec.Duration(20 * time.Millisecond)
			want := map[string]string{"exec": "the command did not exit within 20ms", "log": "no log line"}[name]
			if want == "" {
				want = fmt.Sprintf("no response within 20ms at 127.0.0.1:%d", port)
			}
			checkOutcome(t, d.Check(t.Context(), c), want)
			ctx, cancel := context.WithCancel(t.Context())
			c.Probe.Timeout = spec.Duration(time.Minute)
			time.AfterFunc(10*time.Millisecond, cancel)
			if got := d.Check(ctx, c); got.Verdict != Unknown {
				t.Errorf("outcome of an interrupted probe: %+v", got)
			}
		})
	}
}

func TestTCPSocket(t *testing.T) {
	requireOutcome(t, spec.Probe{TCPSocket: &spec.TCPSocket{Port: silentPort(t)}}, "")
	requireOutcome(t, spec.Probe{TCPSocket: &spec.TCPSocket{Port: closedPort(t)}}, "connection refused at 127.0.0.1")
}

// health implements the gRPC health service.
type health struct {
	// status maps service names to statuses; nil disables the health service.
	status map[string]uint64
}

func (h health) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	frame, err := io.ReadAll(r.Body)
	if err != nil || r.ProtoMajor != 2 || r.Header.Get("Te") != "trailers" || r.Header.Get("Content-Type") != "application/grpc" {
		w.WriteHeader(http.StatusUnsupportedMediaType)
		return
	}
	w.Header().Set("Content-Type", "application/grpc")
	service := ""
	if message := frame[5:]; len(message) > 0 {
		service, _ = protowire.ConsumeString(message[1:])
	}
	status, known := h.status[service]
	switch {
	case r.URL.Path != "/grpc.health.v1.Health/Check" || h.status == nil:
		w.Header().Set("Grpc-Status", "12") // a header, not a trailer, if there is no body
		return
	case !known:
		w.Header().Set("Trailer", "Grpc-Status, Grpc-Message")
		w.Header().Set("Grpc-Status", "5")
		return
	}
	w.Header().Set("Trailer", "Grpc-Status")
	message := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), status)
	message = protowire.AppendBytes(protowire.AppendTag(message, 9, protowire.BytesType), []byte("from the future"))
	_, _ = w.Write(append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))), message...))
	w.Header().Set("Grpc-Status", "0")
}

func serveGRPC(t *testing.T, h http.Handler) int {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Config.Protocols.SetHTTP1(true)
	server.Start()
	t.Cleanup(server.Close)
	return portOf(server.Listener.Addr())
}

func TestGRPC(t *testing.T) {
	port := serveGRPC(t, health{map[string]uint64{"": 1, "shop.Cart": 1, "shop.Till": 2}})
	none := serveGRPC(t, health{})
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	for name, test := range map[string]struct {
		grpc spec.GRPC
		want string
	}{
		"serving_is_success":            {spec.GRPC{Port: port}, ""},
		"a_serving_service_is_success":  {spec.GRPC{Port: port, Service: "shop.Cart"}, ""},
		"not_serving_is_failure":        {spec.GRPC{Port: port, Service: "shop.Till"}, "health status is NOT_SERVING"},
		"an_unknown_service_is_failure": {spec.GRPC{Port: port, Service: "shop.Roof"}, "unknown to the health service"},
		"no_health_service_is_failure":  {spec.GRPC{Port: none}, "the server has no health service"},
		"an_http_1_server_is_failure":   {spec.GRPC{Port: portOf(web.Listener.Addr())}, "not a gRPC response: "},
		"a_closed_port_is_refused":      {spec.GRPC{Port: closedPort(t)}, "connection refused at"},
	} {
		t.Run(name, func(t *testing.T) { requireOutcome(t, spec.Probe{GRPC: &test.grpc}, test.want) })
	}
}

func TestExec(t *testing.T) {
	for name, test := range map[string]struct {
		code    int
		output  string
		err     error
		verdict Verdict
		want    string
	}{
		"0_is_success":                        {0, "fine", nil, Success, ""},
		"another_code_reports_the_first_line": {3, "\nno such table\nmore\n", nil, Failure, "exit code 3: no such table"},
		"a_missing_command_is_failure":        {127, "", nil, Failure, "exit code 127"},
		"an_unreachable_engine_is_unknown":    {0, "", engine.Errorf("exec", engine.Unreachable, "away"), Unknown, ""},
		"a_container_that_exited_is_unknown":  {0, "", engine.Errorf("exec", engine.NotRunning, "ended"), Unknown, ""},
		"a_refused_command_is_failure":        {0, "", engine.Errorf("exec", engine.Invalid, "no such user"), Failure, "exec: no such user"},
		"long_output_is_cut_to_valid_utf8":    {1, strings.Repeat("ä", maxBody), nil, Failure, "exit code 1: " + strings.Repeat("ä", maxMessage/2)},
	} {
		t.Run(name, func(t *testing.T) {
			d := NewDialer(&fakeEngine{exec: func(_ context.Context, o engine.ExecOptions) (int, error) {
				_, _ = io.WriteString(o.Stderr, test.output)
				return test.code, test.err
			}})
			got := d.Check(t.Context(), hostCheck(spec.Probe{Exec: &spec.Exec{Command: []string{"check"}}}))
			if diff := cmp.Diff(Outcome{test.verdict, test.want}, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	t.Run("the_memory_engine_supports_logs", func(t *testing.T) {
		checkOutcome(t, NewDialer(memory.New(memory.Options{})).Check(t.Context(), hostCheck(spec.Probe{Log: &spec.LogMatch{Pattern: "("}})), "invalid pattern")
	})
}

func TestLog(t *testing.T) {
	stamp := func(n int) string { return noon.Add(time.Duration(n)*time.Second).UTC().Format(time.RFC3339Nano) + " " }
	var since []time.Time
	output := ""
	d := NewDialer(&fakeEngine{logs: func(_ context.Context, o engine.LogOptions) error {
		since = append(since, o.Since)
		w := bufio.NewWriterSize(o.Stderr, 16) // splits lines into several writes
		_, err := w.WriteString(output)
		return errors.Join(err, w.Flush())
	}})
	c := hostCheck(spec.Probe{Log: &spec.LogMatch{Pattern: "^ready to (accept|serve)$"}})
	c.Target.Container.FinishedAt = noon.Add(-2 * time.Second) // the end of a previous run
	look := func(text string) Outcome {
		output = text
		return d.Check(t.Context(), c)
	}
	checkOutcome(t, look(stamp(1)+"starting\n"+stamp(3)+"not ready to serve\n"), "no log line matches")
	checkOutcome(t, look(""), "no log line matches")
	checkOutcome(t, look(stamp(5)+"ready to accept"), "")
	checkOutcome(t, look("not read again after a match"), "")
	want := []time.Time{noon.Add(-time.Second), noon.Add(3 * time.Second), noon.Add(3 * time.Second)}
	if diff := cmp.Diff(want, since); diff != "" {
		t.Errorf("read since -want +got:\n%s", diff)
	}
}
