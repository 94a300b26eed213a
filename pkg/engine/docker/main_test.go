// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a daemon with API 1.41 whose responses a test defines, for behaviour
// that a real daemon cannot be made to show.
type fake struct {
	mux *http.ServeMux

	mu       sync.Mutex
	requests []string
}

// newFake serves a fake and returns an Engine connected to it.
func newFake(t *testing.T, opts Options) (*fake, *Engine) {
	t.Helper()
	f := &fake{mux: http.NewServeMux()}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	opts.Host = "tcp://" + strings.TrimPrefix(server.URL, "http://")
	e, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return f, e
}

// ServeHTTP records the request and removes the API version from its path.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/_ping" {
		w.Header().Set("Api-Version", "1.41")
		return
	}
	r.URL.Path = strings.TrimPrefix(r.URL.Path, "/v1.41")
	f.mu.Lock()
	f.requests = append(f.requests, r.Method+" "+r.URL.Path)
	f.mu.Unlock()
	f.mux.ServeHTTP(w, r)
}

// count returns the number of requests like "GET /path".
func (f *fake) count(request string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, r := range f.requests {
		if r == request {
			n++
		}
	}
	return n
}

// answer serves the steps in order, and then the last one for all later requests.
func (f *fake) answer(pattern string, steps ...reply) {
	var mu sync.Mutex
	f.mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		step := steps[0]
		if len(steps) > 1 {
			steps = steps[1:]
		}
		mu.Unlock()
		step.write(w)
	})
}

// reply is a status and a body. A string body is the message of an error.
type reply struct {
	status int
	body   any
}

func (r reply) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.status)
	if text, ok := r.body.(string); ok {
		r.body = map[string]string{"message": text}
	}
	if r.body != nil {
		_ = json.NewEncoder(w).Encode(r.body)
	}
}

// object is a JSON object.
type object = map[string]any

// inspected returns the reply to an inspection of a container.
func inspected(id, name, status string, networks ...string) reply {
	joined := object{}
	for _, n := range networks {
		joined[n] = object{"NetworkID": "id-of-" + n}
	}
	return reply{http.StatusOK, object{
		"Id": id, "Name": "/" + name, "Image": "",
		"State":           object{"Status": status},
		"Config":          object{"Image": "demo:1"},
		"HostConfig":      object{},
		"NetworkSettings": object{"Networks": joined},
	}}
}

func containerID(value string) engine.ID {
	return engine.ID{Kind: engine.KindContainer, Value: value}
}

func wantCode(t *testing.T, err error, want engine.Code) {
	t.Helper()
	if got := engine.CodeOf(err); got != want {
		t.Fatalf("code %q, want %q; error: %v", got, want, err)
	}
}

// soon is a deadline that a test expects to pass.
const soon = 100 * time.Millisecond
