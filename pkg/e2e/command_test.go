// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestCommandOutput verifies the output of the commands that no other test covers,
// with a running shop.
func TestCommandOutput(t *testing.T) {
	r, port := newShop(t)
	for _, step := range []struct {
		code  int
		args  []string
		wants []string
	}{
		{0, []string{"validate", r.dir}, []string{"5 objects valid"}},
		{0, []string{"simulate", r.dir}, []string{`Container/\S+/proxy +is Ready`}},
		{1, []string{"diff", r.dir}, []string{`create data\.`, "waits: DependencyNotReady"}},
		{0, []string{"explain", "container.spec.ports.host"}, []string{"FIELD: +spec.ports.host "}},
		{0, []string{"schema", "volume"}, []string{`"\$schema": `}},
		{0, []string{"version"}, []string{"^reconciler "}},
		{0, []string{"completion", "bash"}, []string{"__start_reconciler|__reconciler"}},
	} {
		r.prints(step.code, step.args, step.wants...)
	}
	listen := "127.0.0.1:" + freePort(t)
	r.start("--listen", listen, "--metrics-interval", "1s")
	r.requireUp(shop...)

	r.prints(0, []string{"get", "-n", r.name}, `container/proxy +True +Running`, `volume/data +True +Present`)
	r.prints(0, []string{"describe", "app"}, `Container/\S+/db +Ready`, `Normal +Started`)
	r.prints(0, []string{"events", "--for", "app", "--type", "started"}, `Normal +Started +container/app`)
	r.prints(0, []string{"logs", "proxy"}, `.`)
	r.prints(0, []string{"port", "proxy"}, `-> 127.0.0.1:`+port)
	r.prints(0, []string{"wait", "--all"}, `container.reconciler.dev/app condition met`)
	r.prints(0, []string{"wait", "--for=jsonpath={.status.phase}=Running", "app"}, `container.reconciler.dev/app condition met`)
	r.prints(0, []string{"graph"}, `Container/\S+/db \(ready\): Ready`)
	r.prints(0, []string{"graph", "-o", "dot"}, `^digraph `, `"Container/\S+/app" -> "Container/\S+/db"`)
	r.prints(0, []string{"graph", "-o", "mermaid"}, `^graph LR`, `-->\|ready\|`)
	r.prints(0, []string{"status"}, `Engine: .* answers`, `Listens: +https://`+listen, `Objects: +6, 6 ready`)
	r.prints(0, []string{"kubeconfig"}, `server: https://`+listen)
	r.setenv("RECONCILER_INSTANCE", r.name)
	r.setenv("RECONCILER_SOCKET", filepath.Join(r.home, "s"))
	complete := r.command(t.Context())
	complete.Args = []string{binary, "__complete", "describe", "pro"} // the word to complete is the last argument
	if got, err := complete.Output(); err != nil || !strings.Contains(string(got), "\nproxy\n") {
		t.Errorf("completion of a name: %v\n%s", err, got)
	}
	r.eventually("samples of the containers", func() error {
		got := r.cli("top", "app", "--no-headers")
		if !regexp.MustCompile(`app +\d+m +\d`).MatchString(got.stdout) {
			return fmt.Errorf("top: %s%s", got.stdout, got.stderr)
		}
		return nil
	})
	r.prints(0, []string{"events", "--type", "metrics", "--for", "app"}, `Metrics +container/app +cpu .* [1-9]\d* pids`)
	for _, step := range [][]string{{"stop", "False"}, {"start", "True"}, {"restart", "True"}, {"suspend", "True"}, {"resume", "True"}} {
		r.prints(0, []string{step[0], "cache"}, `container.reconciler.dev/cache `)
		r.prints(0, []string{"wait", "--for=condition=Ready=" + step[1], "cache"}, `condition met`)
	}
	r.stop()
	r.prints(0, []string{"down", "--volumes"}, `Container/\S+/proxy removed`, `Volume/\S+/data removed`)
}

// prints runs a command and checks that it exits with the code and that its output
// matches all patterns.
func (r *rig) prints(code int, args []string, wants ...string) {
	r.t.Helper()
	got := r.expect(code, args...)
	for _, want := range wants {
		if !regexp.MustCompile(`(?m)` + want).MatchString(got) {
			r.t.Errorf("%s: the output does not match %q:\n%s", strings.Join(args, " "), want, got)
		}
	}
}

// TestHooks verifies that hooks and webhooks get the events of a real container in
// order, and that a failed request is repeated.
func TestHooks(t *testing.T) {
	r := newRig(t)
	type notice struct{ ID, Type, Reason, Name string }
	var mu sync.Mutex
	var notices []notice
	refusals := 2
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if refusals > 0 {
			refusals--
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var n notice
		if err := json.NewDecoder(req.Body).Decode(&n); err != nil || n.ID != req.Header.Get("Reconciler-Event-Id") {
			t.Errorf("%+v with the header %q: %v", n, req.Header, err)
		}
		notices = append(notices, n)
	}))
	t.Cleanup(server.Close)

	lines := filepath.Join(r.home, "lines")
	r.start("--notify", "created,started,stopped,failed,healthy="+server.URL,
		"--hook", "started,failed,stopped=echo $RECONCILER_EVENT_TYPE $RECONCILER_EVENT_NAME >>"+lines)
	r.write("web.yaml", manifest("web", "http", "  restartPolicy: 'no'\n"+
		`  healthCheck: {test: [CMD, /demoapp, health, "http://127.0.0.1:8080/healthz"], interval: 1s}`+"\n"))
	r.requireUp("web")
	docker(t, "kill", r.engineName("web"))
	r.requireCondition("container/web", "Ready", "False NonZeroExit")
	r.expect(0, "start", "web")
	r.requireCondition("container/web", "Ready", "True")
	r.expect(0, "stop", "web")

	want := []string{"created web", "started web", "healthy web", "failed web", "started web", "stopped web"}
	r.eventually("the webhook to get the events in order", func() error {
		mu.Lock()
		defer mu.Unlock()
		var got []string
		for _, n := range notices {
			if line := n.Type + " " + n.Name; n.Name == "web" && (len(got) == 0 || got[len(got)-1] != line) {
				got = append(got, line)
			}
		}
		return inOrder(want, got)
	})
	r.eventually("the hook to run in order", func() error {
		text, err := os.ReadFile(lines)
		if err != nil {
			return err
		}
		return inOrder([]string{"started web", "failed web", "started web", "stopped web"}, strings.Split(string(text), "\n"))
	})
	if mu.Lock(); refusals > 0 {
		t.Error("no request was refused")
	}
	mu.Unlock()
}

// inOrder returns an error unless got contains all lines of want in that order.
func inOrder(want, got []string) error {
	left := want
	for _, line := range got {
		if len(left) > 0 && line == left[0] {
			left = left[1:]
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("%q is missing in %q", left[0], slices.Compact(got))
	}
	return nil
}
