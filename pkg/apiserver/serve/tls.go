// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
)

// ErrRemote means that other machines could reach an address.
var ErrRemote = errors.New("other machines could reach it")

// ListenTCP listens on an address, HOST:PORT. Unless remote is set, it returns
// ErrRemote for an address that is not on the loopback interface.
func ListenTCP(ctx context.Context, address string, remote bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: want HOST:PORT, such as 127.0.0.1:8443", address)
	}
	if ip := net.ParseIP(host); !remote && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("listen on %s: %w: use 127.0.0.1, or add --allow-remote", address, ErrRemote)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	if ip := listener.Addr().(*net.TCPAddr).IP; !remote && !ip.IsLoopback() { // localhost may resolve to any address
		return nil, errors.Join(fmt.Errorf("listen on %s: %w", address, ErrRemote), listener.Close())
	}
	return listener, nil
}

// TLS serves the handler like HTTP, over TLS and for clients that send the token.
func TLS(ctx context.Context, listener net.Listener, c Credentials, host string, handler http.Handler, logger *slog.Logger) error {
	config := &tls.Config{
		Certificates: []tls.Certificate{c.Certificate},
		MinVersion:   tls.VersionTLS13,
		NextProtos:   []string{"h2", "http/1.1"},
	}
	return HTTP(ctx, tls.NewListener(listener, config), Authorized(handler, c.Token, host), logger)
}

// Authorized returns a handler that requires the token, except for the health
// checks. It refuses requests whose Host header is not an IP address, localhost or
// host, because a web page could make a browser resolve any other name to this
// server.
func Authorized(next http.Handler, token, host string) http.Handler {
	want := sha256.Sum256([]byte("Bearer " + token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := sha256.Sum256([]byte(r.Header.Get("Authorization")))
		switch {
		case !isServedHost(r.Host, host):
			rest.WriteError(w, rest.Errorf(http.StatusForbidden, metav1.StatusReasonForbidden, "the host %q is not served here", r.Host))
		case r.URL.Path == "/healthz", r.URL.Path == "/livez", r.URL.Path == "/readyz":
			next.ServeHTTP(w, r)
		case subtle.ConstantTimeCompare(want[:], got[:]) != 1:
			w.Header().Set("WWW-Authenticate", "Bearer")
			rest.WriteError(w, rest.Errorf(http.StatusUnauthorized, metav1.StatusReasonUnauthorized,
				"a token is required: `reconciler kubeconfig` prints one"))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func isServedHost(requested, host string) bool {
	name := requested
	if h, _, err := net.SplitHostPort(requested); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	return name == "localhost" || net.ParseIP(name) != nil || host != "" && strings.EqualFold(name, host)
}

// WithAccess returns a handler that also serves the access data, which contain the
// token. It must only be served on the unix socket.
func WithAccess(next http.Handler, access v1alpha1.Access) http.Handler {
	h := rest.RefuseBrowsers(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		rest.WriteJSON(w, http.StatusOK, access)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == v1alpha1.AccessPath {
			h.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
