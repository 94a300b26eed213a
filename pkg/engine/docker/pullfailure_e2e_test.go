// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package docker

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/network"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// pullFailure is a registry's response to a pull and the error that it causes.
type pullFailure struct {
	fault func(http.ResponseWriter, *http.Request, http.Handler)
	// ref is the image; empty means the one that the registry has.
	ref string
	// login is the content of the docker command's configuration; empty means none.
	login string
	code  engine.Code
	// text is a part of the error that all engines have in common.
	text string
}

// pullFailures returns the failures that registries cause, with the same code for
// both image stores. The texts that engines return for them are in registryTexts.
func pullFailures(f *faulty) map[string]pullFailure {
	return map[string]pullFailure{
		"no credentials":    {fault: guarded, code: engine.ImageUnauthorized, text: "no basic auth credentials"},
		"a wrong password":  {fault: guarded, login: password(f.host, "user", "wrong"), code: engine.ImageUnauthorized},
		"no permission":     {fault: answers(http.StatusForbidden, "DENIED", "requested access to the resource is denied"), code: engine.ImageUnauthorized},
		"a missing tag":     {ref: f.ref("none"), code: engine.ImageNotFound},
		"a missing digest":  {ref: f.host + "/app@sha256:" + strings.Repeat("0", 64), code: engine.ImageNotFound},
		"a missing name":    {ref: f.host + "/none:1", code: engine.ImageNotFound},
		"no token":          {fault: f.tokens(http.StatusUnauthorized), code: engine.ImageUnauthorized},
		"a forbidden token": {fault: f.tokens(http.StatusForbidden), code: engine.ImageUnauthorized},
		"a useless token":   {fault: f.tokens(http.StatusOK), code: engine.ImageNotFound, text: "pull access denied"},
		"another platform":  {ref: f.ref("other"), code: engine.PlatformMismatch},
		"too many requests": {fault: answers(http.StatusTooManyRequests, "TOOMANYREQUESTS", "slow down"), code: engine.ImageUnavailable},
		"a broken server":   {fault: answers(http.StatusServiceUnavailable, "UNAVAILABLE", "down"), code: engine.ImageUnavailable},
		"an internal error": {fault: answers(http.StatusInternalServerError, "UNKNOWN", "panic"), code: engine.ImageUnavailable},
		"an unknown host":   {ref: "registry.invalid/app:1", code: engine.ImageUnavailable},
		"no reference":      {ref: "Not A Reference", code: engine.Invalid},
		"a corrupt configuration": {
			fault: blobs(func(w http.ResponseWriter, _ *http.Request, body []byte) { _, _ = w.Write(bytes.ToUpper(body)) }),
			code:  engine.ImageUnavailable,
		},
		"a corrupt layer": {
			fault: blobs(func(w http.ResponseWriter, _ *http.Request, body []byte) {
				if len(body) > layerSize {
					body[len(body)/2] ^= 1
				}
				_, _ = w.Write(body)
			}),
			code: engine.ImageUnavailable,
		},
		"a missing layer": {
			fault: blobs(func(w http.ResponseWriter, r *http.Request, body []byte) {
				if len(body) > layerSize {
					answers(http.StatusNotFound, "BLOB_UNKNOWN", "blob unknown to registry")(w, r, nil)
					return
				}
				_, _ = w.Write(body)
			}),
			code: engine.ImageUnavailable,
		},
	}
}

// layerSize is smaller than the layers and larger than the configurations of the
// images in the registry.
const layerSize = 1 << 16

// TestPullFailures covers how a real engine reports the responses of registries:
// each error has a code and names the registry.
func TestPullFailures(t *testing.T) {
	f := newFaulty(t)
	cases := pullFailures(f)
	gone := httptest.NewServer(nil)
	gone.Close()
	cases["no registry"] = pullFailure{ref: strings.TrimPrefix(gone.URL, "http://") + "/app:1", code: engine.ImageUnavailable, text: "connection refused"}
	if host := untrusted(t); host != "" {
		cases["an unknown certificate"] = pullFailure{ref: host + "/app:1", code: engine.ImageUnavailable, text: "x509: "}
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			f.forget(t)
			login(t, tc.login+strings.Repeat("{}", max(0, 1-len(tc.login))))
			if tc.fault != nil {
				f.fault.Store(&tc.fault)
				defer f.fault.Store(nil)
			}
			ref := tc.ref
			if ref == "" {
				ref = f.ref("1")
			}
			err := realEngine(t).Pull(t.Context(), engine.PullRequest{Reference: ref}, nil)
			t.Log(err)
			if err == nil || engine.CodeOf(err) != tc.code || !strings.Contains(err.Error(), tc.text) {
				t.Fatalf("got %s %v, want %s and %q", engine.CodeOf(err), err, tc.code, tc.text)
			}
			// The text of the error itself reaches users without the operation.
			text := errors.Unwrap(err).Error()
			if host, _, found := strings.Cut(ref, "/"); found && (!strings.Contains(text, "registry "+host) || !strings.Contains(text, ref)) {
				t.Errorf("%v does not name the registry and the image", err)
			}
		})
	}
}

// tokens returns a fault that asks for a token, as the Docker Hub does. The token
// service answers with the status, and with 200 gives a token that permits nothing.
func (f *faulty) tokens(status int) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		challenge := `Bearer realm="http://` + f.host + `/token",service="registry.test",scope="repository:app:pull"`
		switch {
		case r.URL.Path != "/token":
			if r.Header.Get("Authorization") != "" {
				challenge += `,error="insufficient_scope"`
			}
			w.Header().Set("WWW-Authenticate", challenge)
			answers(http.StatusUnauthorized, "UNAUTHORIZED", "authentication required")(w, r, nil)
		case status == http.StatusOK:
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"token":"useless"}`))
		default:
			answers(status, "DENIED", "requested access to the resource is denied")(w, r, nil)
		}
	}
}

// untrusted starts a registry whose certificate no engine trusts, and returns its
// host. It returns "" if the engine's bridge is not an interface of this host. On
// the loopback interface, engines do not verify certificates.
func untrusted(t *testing.T) string {
	t.Helper()
	bridge, err := realEngine(t).client.Load().NetworkInspect(context.Background(), "bridge", network.InspectOptions{})
	if err != nil || len(bridge.IPAM.Config) == 0 {
		return ""
	}
	subnet, err := netip.ParsePrefix(bridge.IPAM.Config[0].Subnet)
	if err != nil {
		return ""
	}
	gateway := subnet.Masked().Addr().Next()
	listener, err := net.Listen("tcp", net.JoinHostPort(gateway.String(), "0"))
	if err != nil {
		return ""
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	_ = server.Listener.Close()
	server.Listener = listener
	server.StartTLS()
	t.Cleanup(server.Close)
	return listener.Addr().String()
}
