// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// DefaultTimeout bounds a call whose context has no deadline.
const DefaultTimeout = 2 * time.Minute

// userAgent tells the engine's log who calls.
const userAgent = "reconciler"

// Options configure an Engine. The zero value finds the engine as the docker
// command does.
type Options struct {
	// Host is the engine's address, such as "unix:///var/run/docker.sock". Empty
	// means DOCKER_HOST, else the endpoint of the docker context in use
	// (DOCKER_CONTEXT or the client's configuration), else the default socket.
	Host string
	// Timeout bounds each call whose context has no deadline; zero means
	// DefaultTimeout. Stops get the grace on top, pulls have no bound.
	Timeout time.Duration
	// Logger is told of what no caller is: a clean-up that failed, another API
	// version after a reconnect. Nil means silence.
	Logger *slog.Logger
}

// Engine is a Docker engine.
type Engine struct {
	endpoint endpoint
	timeout  time.Duration
	log      *slog.Logger
	images   *imageCache
	ooms     oomKills

	// client is replaced as a whole when the engine speaks another API version:
	// the SDK can lower the version of a client but never raise it.
	client atomic.Pointer[client.Client]
}

var _ engine.Engine = (*Engine)(nil)

// New prepares an Engine; the first call connects. An address that cannot be
// understood is an error, an engine that does not answer is not.
func New(opts Options) (*Engine, error) {
	ep, err := resolveEndpoint(opts.Host, os.Getenv, os.ReadFile)
	if err != nil {
		return nil, err
	}
	e := &Engine{endpoint: ep, timeout: opts.Timeout, log: opts.Logger, images: newImageCache()}
	if e.timeout <= 0 {
		e.timeout = DefaultTimeout
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	cli, err := e.newClient()
	if err != nil {
		return nil, err
	}
	e.client.Store(cli)
	return e, nil
}

// Close drops idle connections. Calls that are under way end by themselves.
func (e *Engine) Close() error { return e.client.Load().Close() }

func (e *Engine) newClient() (*client.Client, error) {
	opts := append(e.endpoint.options(), client.WithAPIVersionNegotiation(), client.WithUserAgent(userAgent))
	cli, err := client.NewClientWithOpts(opts...)
	if err != nil {
		return nil, engine.Errorf("connect to "+e.endpoint.host, engine.Invalid, "%w", err)
	}
	return cli, nil
}

// call runs one engine call under a deadline and gives its failure a code.
func (e *Engine) call(ctx context.Context, o op, do func(context.Context, *client.Client) error) error {
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	return e.unbounded(ctx, o, do)
}

// unbounded runs one engine call and gives its failure a code.
func (e *Engine) unbounded(ctx context.Context, o op, do func(context.Context, *client.Client) error) error {
	cli := e.client.Load()
	err := do(ctx, cli)
	if refusesVersion(o.verb, err) {
		e.replaceClient(cli)
	}
	return classify(ctx, o, err)
}

// deadline bounds ctx unless its caller has done so.
func (e *Engine) deadline(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, limit)
}

// renegotiate asks for the API version anew: the engine behind the endpoint may
// have been exchanged since the last connection. It fails when nothing answers.
func (e *Engine) renegotiate(ctx context.Context) error {
	fresh, err := e.newClient()
	if err != nil {
		return err
	}
	ping, err := fresh.Ping(ctx)
	if err != nil {
		_ = fresh.Close()
		return classify(ctx, op{verb: verbConnect, target: e.endpoint.host}, err)
	}
	fresh.NegotiateAPIVersionPing(ping)
	e.log.Debug("engine API version negotiated", "version", fresh.ClientVersion())
	return e.client.Swap(fresh).Close()
}

// replaceClient makes the next call negotiate; it does nothing when another
// caller has seen to that.
func (e *Engine) replaceClient(refused *client.Client) {
	fresh, err := e.newClient()
	if err != nil {
		return
	}
	if e.client.CompareAndSwap(refused, fresh) {
		_ = refused.Close()
		return
	}
	_ = fresh.Close()
}

// Info reads versions and then containers and networks, since a wedged engine
// still answers a ping.
func (e *Engine) Info(ctx context.Context) (engine.Info, error) {
	info := engine.Info{Name: "docker", Endpoint: e.endpoint.host}
	err := e.call(ctx, op{verb: verbProbe, target: e.endpoint.host}, func(ctx context.Context, cli *client.Client) error {
		v, err := cli.ServerVersion(ctx)
		if err != nil {
			return err
		}
		info.Version, info.OS = v.Version, v.Os
		info.APIVersion = cli.ClientVersion()
		return probe(ctx, cli)
	})
	return info, err
}
