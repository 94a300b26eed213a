// SPDX-License-Identifier: Apache-2.0

package streams_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/streams"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// failing fails to reach any container.
type failing struct{}

func (failing) DialPort(context.Context, spec.Key, int) (net.Conn, error) {
	return nil, errors.New("no such port")
}

func (failing) Exec(context.Context, spec.Key, v1alpha1.ExecOptions) (int, error) {
	return 0, errors.New("no such command")
}

// TestRefusedUpgrades covers requests that are answered without an upgrade.
// pkg/e2e runs kubectl against upgrades that succeed.
func TestRefusedUpgrades(t *testing.T) {
	f := newFixture(t, streams.Options{Dialer: failing{}, Exec: failing{}})
	websocket := http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}}
	for name, tc := range map[string]struct {
		path   string
		header http.Header
		code   int32
		reason metav1.StatusReason
	}{
		"port-forward without an upgrade":            {"web/portforward", nil, http.StatusUpgradeRequired, "UpgradeRequired"},
		"port-forward without a protocol":            {"web/portforward", websocket, http.StatusUpgradeRequired, "UpgradeRequired"},
		"port-forward to an unknown container":       {"unknown/portforward", nil, http.StatusNotFound, metav1.StatusReasonNotFound},
		"exec without an upgrade":                    {"web/exec?command=ls", nil, http.StatusUpgradeRequired, "UpgradeRequired"},
		"exec without a protocol":                    {"web/exec?command=ls", websocket, http.StatusUpgradeRequired, "UpgradeRequired"},
		"exec in an unknown container":               {"unknown/exec?command=ls", nil, http.StatusNotFound, metav1.StatusReasonNotFound},
		"exec without a command":                     {"web/exec", nil, http.StatusBadRequest, metav1.StatusReasonBadRequest},
		"exec in another container of the same name": {"web/exec?command=ls&container=x", nil, http.StatusBadRequest, metav1.StatusReasonBadRequest},
		"log, which is not served":                   {"web/log", nil, http.StatusNotFound, metav1.StatusReasonNotFound},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(name+" by "+method, func(t *testing.T) {
				wantStatus(t, f.request(method, podsPath+"/"+tc.path, tc.header), tc.code, tc.reason)
			})
		}
	}
}
