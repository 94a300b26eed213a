// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/serve"
	"github.com/pact-toolbox/reconciler/pkg/editor"
	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/statedir"
)

// serve serves the API on the socket and, with --listen, over TCP.
func (a *App) serve(ctx context.Context, group *errgroup.Group, f runFlags, handler http.Handler, log *slog.Logger) error {
	local := handler
	socket, err := serve.Listen(ctx, a.SocketPath())
	if err != nil {
		return err
	}
	if f.listen != "" {
		listener, err := serve.ListenTCP(ctx, f.listen, f.allowRemote)
		if err != nil {
			return errors.Join(err, socket.Close())
		}
		host, _, _ := net.SplitHostPort(f.listen)
		credentials, err := serve.LoadCredentials(a.credentialsPath(), reachable(host), a.Now())
		if err != nil {
			return errors.Join(err, listener.Close(), socket.Close())
		}
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		access := v1alpha1.Access{
			Server: "https://" + net.JoinHostPort(reachable(host), port), CA: string(credentials.CA), Token: credentials.Token,
		}
		local = serve.WithAccess(handler, access)
		log.Info("the API is served over TCP; `reconciler kubeconfig` tells kubectl how to reach it", "server", access.Server)
		group.Go(func() error { return ended(ctx, serve.TLS(ctx, listener, credentials, host, handler, log)) })
	}
	group.Go(func() error { return ended(ctx, serve.HTTP(ctx, socket, local, log)) })
	return nil
}

// reachable is how this machine reaches what listens on a host.
func reachable(host string) string {
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		return "127.0.0.1"
	}
	return host
}

// credentialsPath returns the path of the certificate and token of the instance.
func (a *App) credentialsPath() string {
	return statedir.Of(a.Instance, a.Getenv).Path(statedir.Credentials)
}

// editor writes the manifests that --api-manifests lets the API write; nil when
// it may write none.
func (f *runFlags) editor() (apiserver.Manifests, error) {
	if f.apiManifests == "" {
		return nil, nil //nolint:nilnil // absence is no error
	}
	e, err := editor.New(editor.Options{
		Root: f.dir, Dir: f.apiManifests,
		Decode: func(rel string, data []byte) ([]spec.Object, spec.Errors) {
			return manifest.Decode(f.dir, rel, data, f.manifests)
		},
	})
	if err != nil {
		return nil, fmt.Errorf("--api-manifests: %w", err)
	}
	return e, nil
}

// preview is the object that would come of a change, for who may not make it: by
// the document alone, so that nobody reads the controller's variables or files.
func (f *runFlags) preview(c editor.Change) (spec.Object, error) {
	dir, err := filepath.Abs(filepath.Join(f.dir, filepath.Dir(filepath.FromSlash(c.Source.File))))
	if err != nil {
		return spec.Object{}, err
	}
	return editor.Preview(c, spec.DecodeOptions{Defaults: f.manifests.Defaults, Dir: dir, Policy: f.manifests.Policy.For(f.dir)})
}
