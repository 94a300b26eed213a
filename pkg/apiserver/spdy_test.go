// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// deaf is an inside of containers that nothing reaches.
type deaf struct{}

func (deaf) DialPort(context.Context, spec.Key, int) (net.Conn, error) {
	return nil, errors.New("deaf")
}

func (deaf) Exec(context.Context, spec.Key, v1alpha1.ExecOptions) (int, error) {
	return 0, errors.New("deaf")
}

// TestStreamsAreRefused has requests for streams that cannot be had; kubectl
// playing with those that can is in pkg/e2e.
func TestStreamsAreRefused(t *testing.T) {
	f := newFixture(t, func(o *apiserver.Options) { o.Dialer, o.Exec = deaf{}, deaf{} })
	f.Publish(container("web", "Running", true))
	for name, tc := range map[string]struct {
		path    string
		headers []string
		code    int32
		reason  metav1.StatusReason
	}{
		"ports without an upgrade": {"web/portforward", nil, http.StatusUpgradeRequired, "UpgradeRequired"},
		"ports over a websocket": {
			"web/portforward", []string{"Connection", "Upgrade", "Upgrade", "websocket"}, http.StatusUpgradeRequired, "UpgradeRequired",
		},
		"ports of nobody":           {"nobody/portforward", nil, http.StatusNotFound, metav1.StatusReasonNotFound},
		"a command without upgrade": {"web/exec?command=ls", nil, http.StatusUpgradeRequired, "UpgradeRequired"},
		"a command of nobody":       {"nobody/exec?command=ls", nil, http.StatusNotFound, metav1.StatusReasonNotFound},
		"no command":                {"web/exec", nil, http.StatusBadRequest, metav1.StatusReasonBadRequest},
		"another container":         {"web/exec?command=ls&container=x", nil, http.StatusBadRequest, metav1.StatusReasonBadRequest},
		"a web page's":              {"web/exec?command=ls", []string{"Origin", "http://127.0.0.1"}, http.StatusForbidden, metav1.StatusReasonForbidden},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(name+" by "+method, func(t *testing.T) {
				wantStatus(t, f.request(method, podsPath+"/"+tc.path, tc.headers...), tc.code, tc.reason)
			})
		}
	}
}
