// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/notify"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// hostile is a notification whose message tries to inject shell commands.
var hostile = notify.Notification{
	ID: "1", Type: v1alpha1.TopicFailed, Instance: "dev", Kind: spec.KindContainer, Namespace: "default", Name: "web",
	Severity: status.Warning, Reason: "Exited", Message: "`touch a` $(touch b); touch c\n\"; touch d; '\x00", Count: 1,
}

func deliver(t *testing.T, s notify.Subscription) error {
	t.Helper()
	return s.Target.Deliver(t.Context(), hostile)
}

func hook(t *testing.T, text string) notify.Subscription {
	t.Helper()
	s, err := notify.ParseHook(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestHook(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	err := deliver(t, hook(t, `failed=cat >stdin; printf '%s' "$RECONCILER_EVENT_MESSAGE" >message; `+
		`echo $RECONCILER_EVENT_TYPE $RECONCILER_EVENT_NAME $RECONCILER_EVENT_MESSAGE $RECONCILER_INSTANCE >words`))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Fatalf("the message was executed: %v, %v", entries, err)
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var got notify.Notification
	if err := json.Unmarshal([]byte(read("stdin")), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(hostile, got); diff != "" {
		t.Errorf("standard input: %s", diff)
	}
	if want := strings.TrimSuffix(hostile.Message, "\x00"); read("message") != want {
		t.Errorf("the message is %q, want %q", read("message"), want)
	}
	if words := read("words"); !strings.HasPrefix(words, "failed web `touch a` $(touch b); ") || !strings.HasSuffix(words, " dev\n") {
		t.Errorf("the variables are %q", words)
	}
}

func TestHookFailures(t *testing.T) {
	s := hook(t, "*=echo why >&2; exit 3")
	if err := deliver(t, s); err == nil || !strings.Contains(err.Error(), "exit status 3: why") {
		t.Errorf("%v", err)
	}
	if s.Attempts == 0 {
		t.Error("a failing command has no limit of attempts")
	}
	t.Run("a hanging command is killed with its children", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := hook(t, "*=sleep 1000 | sleep 1000").Target.Deliver(ctx, hostile); err == nil {
			t.Error("it was delivered")
		}
	})
}

func TestWebhook(t *testing.T) {
	var bodies []string
	answer := http.StatusNoContent
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Content-Type")+" "+r.Header.Get("Reconciler-Event-Id")+" "+string(body))
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(answer)
	}))
	defer server.Close()
	s, err := notify.ParseWebhook("failed=" + server.URL + "/hook?token=secret")
	if err != nil {
		t.Fatal(err)
	}
	if err := deliver(t, s); err != nil {
		t.Fatal(err)
	}
	if want := "POST /hook?token=secret application/json 1 {\"id\":\"1\",\"type\":\"failed\""; len(bodies) != 1 || !strings.HasPrefix(bodies[0], want) {
		t.Errorf("%q", bodies)
	}
	for _, answer = range []int{301, 307, 400, 404, 500, 503} {
		bodies = nil
		err := deliver(t, s)
		if err == nil || strings.Contains(err.Error(), "secret") || len(bodies) != 1 {
			t.Errorf("%d: %v, %d requests", answer, err, len(bodies))
		}
	}
	server.Close()
	if err := deliver(t, s); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("no server: %v", err)
	}
	if strings.Contains(s.Target.String(), "secret") {
		t.Error("the description contains the token")
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"started=x": "", "*=x": "", "started,failed=a=b": "", "x": "want EVENTS=COMMAND", "started=": "want EVENTS=COMMAND",
		"startet=x": `unknown event "startet"`, "=x": `unknown event ""`,
	} {
		if _, err := notify.ParseHook(text); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("hook %q: %v, want %q", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"http://x": "", "https://x/?a=b": "", "failed,healthy=https://x?a=b": "", "*=http://x": "", "ftp://x": "http or https",
		"x": "http or https", "startet=http://x": `unknown event "startet"`, "http:///path": "http or https",
	} {
		if _, err := notify.ParseWebhook(text); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("webhook %q: %v, want %q", text, err, want)
		}
	}
}
