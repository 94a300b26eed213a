// SPDX-License-Identifier: Apache-2.0

package apiserver

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
)

// ErrRemote says that an address could be reached from other machines.
var ErrRemote = errors.New("others than this machine could reach it")

// ListenTCP listens on an address, host:port. Unless remote is set that has to
// be one of this machine's loopback, else the error is ErrRemote.
func ListenTCP(ctx context.Context, address string, remote bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: want HOST:PORT, such as 127.0.0.1:8443", address)
	}
	if ip := net.ParseIP(host); !remote && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("listen on %s: %w: name 127.0.0.1, or add --allow-remote", address, ErrRemote)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	if ip := listener.Addr().(*net.TCPAddr).IP; !remote && !ip.IsLoopback() { // whatever localhost resolved to
		return nil, errors.Join(fmt.Errorf("listen on %s: %w", address, ErrRemote), listener.Close())
	}
	return listener, nil
}

// ServeTLS is ServeListener with TLS, for clients that show the token.
func ServeTLS(ctx context.Context, listener net.Listener, c Credentials, host string, handler http.Handler, logger *slog.Logger) error {
	config := &tls.Config{
		Certificates: []tls.Certificate{c.Certificate},
		MinVersion:   tls.VersionTLS13,
		NextProtos:   []string{"h2", "http/1.1"},
	}
	return ServeListener(ctx, tls.NewListener(listener, config), Authorized(handler, c.Token, host), logger)
}

// Authorized lets requests pass that show the token and were sent to an address,
// to localhost or to host: any other name may have been made up, by a page that
// a browser shows, to lead here. Whether the controller is well may be asked
// without a token.
func Authorized(next http.Handler, token, host string) http.Handler {
	want := sha256.Sum256([]byte("Bearer " + token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := sha256.Sum256([]byte(r.Header.Get("Authorization")))
		switch {
		case !knownHost(r.Host, host):
			writeError(w, refuse(http.StatusForbidden, metav1.StatusReasonForbidden, "this is not the host %q", r.Host))
		case r.URL.Path == "/healthz", r.URL.Path == "/livez", r.URL.Path == "/readyz":
			next.ServeHTTP(w, r)
		case subtle.ConstantTimeCompare(want[:], got[:]) != 1:
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeError(w, refuse(http.StatusUnauthorized, metav1.StatusReasonUnauthorized,
				"a token is needed: `reconciler kubeconfig` prints one"))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func knownHost(requested, host string) bool {
	name := requested
	if h, _, err := net.SplitHostPort(requested); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	return name == "localhost" || net.ParseIP(name) != nil || host != "" && strings.EqualFold(name, host)
}

// WithAccess adds the access to the API over TCP. It is for the socket alone.
func WithAccess(next http.Handler, access v1alpha1.Access) http.Handler {
	h := guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, access) }))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == v1alpha1.AccessPath {
			h.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
