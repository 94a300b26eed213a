// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"context"
	"errors"
	"net"
	"net/http"

	"golang.org/x/sync/errgroup"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/serve"
	"github.com/pact-toolbox/reconciler/pkg/logging"
)

// serve serves the API on the socket and, when Listen is set, over TLS.
func (d *Daemon) serve(ctx context.Context, group *errgroup.Group, handler http.Handler) error {
	log := logging.Of(d.log, "api")
	local := handler
	socket, err := serve.Listen(ctx, d.API.Socket)
	if err != nil {
		return err
	}
	if d.API.Listen != "" {
		listener, err := serve.ListenTCP(ctx, d.API.Listen, d.API.AllowRemote)
		if err != nil {
			return errors.Join(err, socket.Close())
		}
		host, _, _ := net.SplitHostPort(d.API.Listen)
		credentials, err := serve.LoadCredentials(d.credentialsFile(), reachable(host), d.Program.Now())
		if err != nil {
			return errors.Join(err, listener.Close(), socket.Close())
		}
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		access := v1alpha1.Access{
			Server: "https://" + net.JoinHostPort(reachable(host), port), CA: string(credentials.CA), Token: credentials.Token,
		}
		local = serve.WithAccess(handler, access)
		log.Info("serving the API over TLS; `reconciler kubeconfig` prints the kubectl configuration", "server", access.Server)
		group.Go(func() error { return ended(ctx, serve.TLS(ctx, listener, credentials, host, handler, log)) })
	}
	group.Go(func() error { return ended(ctx, serve.HTTP(ctx, socket, local, log)) })
	return nil
}

// reachable returns the address by which this machine reaches a listener at
// host.
func reachable(host string) string {
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		return "127.0.0.1"
	}
	return host
}
