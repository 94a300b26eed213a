// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const reviewPath = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"

func (f *fixture) post(path, body string) *httptest.ResponseRecorder {
	f.t.Helper()
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, httptest.NewRequestWithContext(f.t.Context(), http.MethodPost, path, strings.NewReader(body)))
	return w
}

// field encodes a field of a protobuf message.
func field(n protowire.Number, content string) string {
	return string(protowire.AppendString(protowire.AppendTag(nil, n, protowire.BytesType), content))
}

// protoReview encodes a review as kubectl does, in the envelope of Kubernetes.
func protoReview(verb, group, resource, sub string) string {
	attributes := field(1, "default") + field(2, verb) + field(3, group) + field(5, resource) + field(6, sub)
	review := field(1, "") + field(2, field(1, attributes)) + field(3, "")
	return "k8s\x00" + field(1, field(1, "authorization.k8s.io/v1")+field(2, "SelfSubjectAccessReview")) + field(2, review) + field(3, "")
}

func TestAccessReview(t *testing.T) {
	f := newFixture(t)
	for name, tc := range map[string]struct {
		body string
		want bool
	}{
		"a served verb is allowed":         {protoReview("list", "reconciler.dev", "containers", ""), true},
		"an unserved verb is denied":       {protoReview("delete", "reconciler.dev", "containers", ""), false},
		"another group is denied":          {protoReview("list", "apps", "containers", ""), false},
		"a subresource is allowed":         {protoReview("get", "", "pods", "log"), true},
		"an unknown subresource is denied": {protoReview("get", "", "pods", "attach"), false},
		"JSON is decoded":                  {`{"spec":{"resourceAttributes":{"verb":"watch","resource":"events"}}}`, true},
		"reading a path is allowed":        {`{"spec":{"nonResourceAttributes":{"verb":"get","path":"/metrics"}}}`, true},
		"writing to a path is denied":      {`{"spec":{"nonResourceAttributes":{"verb":"put","path":"/metrics"}}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := f.post(reviewPath, tc.body)
			var got struct {
				Kind   string
				Status struct{ Allowed bool }
			}
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusCreated || got.Kind != "SelfSubjectAccessReview" {
				t.Fatalf("%d %s, %v", w.Code, w.Body, err)
			}
			if got.Status.Allowed != tc.want {
				t.Errorf("allowed %v, want %v", got.Status.Allowed, tc.want)
			}
		})
	}
	for _, body := range []string{"", "nonsense", "k8s\x00\xff\xff", "k8s\x00" + field(2, "\x12\x7f")} {
		t.Run("400 for an invalid review", func(t *testing.T) {
			wantStatus(t, f.post(reviewPath, body), http.StatusBadRequest, metav1.StatusReasonBadRequest)
		})
	}
	t.Run("other resources accept no POST", func(t *testing.T) {
		wantStatus(t, f.post(containers, "{}"), http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed)
	})
}

func FuzzAccessReview(f *testing.F) {
	f.Add([]byte(protoReview("list", "reconciler.dev", "containers", "")))
	f.Add([]byte(`{"spec":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		fixture := newFixture(t)
		if w := fixture.post(reviewPath, string(body)); w.Code != http.StatusCreated && w.Code != http.StatusBadRequest {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
