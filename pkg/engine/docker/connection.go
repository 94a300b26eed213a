// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// userAgent identifies the controller in the engine's log.
const userAgent = "reconciler"

// connection makes calls to one endpoint. It bounds each call, classifies its
// error, and negotiates the API version again if the engine was replaced.
type connection struct {
	endpoint endpoint
	timeout  time.Duration
	log      *slog.Logger

	// client is replaced as a whole when the engine speaks another API version,
	// because the SDK can lower the version of a client but never raise it.
	client atomic.Pointer[client.Client]
}

func newConnection(ep endpoint, opts Options) (*connection, error) {
	c := &connection{endpoint: ep, timeout: opts.Timeout, log: opts.Logger}
	if c.timeout <= 0 {
		c.timeout = DefaultTimeout
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	cli, err := c.newClient()
	if err != nil {
		return nil, err
	}
	c.client.Store(cli)
	return c, nil
}

func (c *connection) newClient() (*client.Client, error) {
	opts := append(c.endpoint.options(), client.WithAPIVersionNegotiation(), client.WithUserAgent(userAgent))
	cli, err := client.NewClientWithOpts(opts...)
	if err != nil {
		return nil, engine.Errorf("connect to "+c.endpoint.host, engine.Invalid, "%w", err)
	}
	return cli, nil
}

// call runs one engine call with a deadline and classifies its error.
func (c *connection) call(ctx context.Context, o op, do func(context.Context, *client.Client) error) error {
	ctx, cancel := c.deadline(ctx, c.timeout)
	defer cancel()
	return c.unbounded(ctx, o, do)
}

// unbounded runs one engine call and classifies its error.
func (c *connection) unbounded(ctx context.Context, o op, do func(context.Context, *client.Client) error) error {
	cli := c.client.Load()
	err := do(ctx, cli)
	if refusesVersion(o.verb, err) {
		c.replaceClient(cli)
	}
	return classify(ctx, o, err)
}

// deadline limits ctx unless it already has a deadline.
func (c *connection) deadline(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, limit)
}

// renegotiate asks the engine for its API version, because the engine behind the
// endpoint may be another one since the last connection. It returns an error if
// the engine does not answer.
func (c *connection) renegotiate(ctx context.Context) error {
	fresh, err := c.newClient()
	if err != nil {
		return err
	}
	ping, err := fresh.Ping(ctx)
	if err != nil {
		_ = fresh.Close()
		return classify(ctx, op{verb: verbConnect, target: c.endpoint.host}, err)
	}
	fresh.NegotiateAPIVersionPing(ping)
	c.log.Debug("engine API version negotiated", "version", fresh.ClientVersion())
	return c.client.Swap(fresh).Close()
}

// replaceClient makes the next call negotiate the API version. It does nothing if
// another caller has replaced the refused client already.
func (c *connection) replaceClient(refused *client.Client) {
	fresh, err := c.newClient()
	if err != nil {
		return
	}
	if c.client.CompareAndSwap(refused, fresh) {
		_ = refused.Close()
		return
	}
	_ = fresh.Close()
}
