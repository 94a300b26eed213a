// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// DefaultTimeout limits calls whose context has no deadline.
const DefaultTimeout = 2 * time.Minute

// Options configure an Engine. The zero value finds the engine as the docker
// command does.
type Options struct {
	// Host is the address of the engine, for example
	// "unix:///var/run/docker.sock". If it is empty, DOCKER_HOST applies, then the
	// endpoint of the docker context in use (DOCKER_CONTEXT or the configuration of
	// the docker command), then the default socket.
	Host string
	// Timeout limits each call whose context has no deadline; zero means
	// DefaultTimeout. The grace of a stop is added to it. Pulls have no limit.
	Timeout time.Duration
	// InspectLabel is the label of the containers that List reads in full; it reads a
	// summary of the others. If it is empty, List reads all containers in full.
	InspectLabel string
	// Logger receives messages that no call returns, for example warnings of the
	// engine; nil discards them.
	Logger *slog.Logger
}

// Engine is a Docker engine. It is safe for concurrent use.
type Engine struct {
	*connection
	*images
	*objects
	*streams
	inspectLabel string
}

var _ engine.Engine = (*Engine)(nil)

// New returns an Engine without connecting to it. It returns an error of code
// Invalid if the address is malformed or not supported.
func New(opts Options) (*Engine, error) {
	ep, err := resolveEndpoint(opts.Host, os.Getenv, os.ReadFile)
	if err != nil {
		return nil, err
	}
	conn, err := newConnection(ep, opts)
	if err != nil {
		return nil, err
	}
	imgs := &images{connection: conn, inherited: newInheritanceCache()}
	objs := &objects{connection: conn, images: imgs, ooms: &oomKills{}}
	return &Engine{
		connection: conn, images: imgs, objects: objs, streams: &streams{objects: objs}, inspectLabel: opts.InspectLabel,
	}, nil
}

// Close closes idle connections, and waits for up to a second until no command
// reads its input any more. Other calls in progress are not interrupted.
func (e *Engine) Close() error {
	e.inputs.close(closeTimeout)
	return e.client.Load().Close()
}

// Info reads the version of the engine. Then it lists containers and networks,
// because an engine that hangs may still answer a version request.
func (e *Engine) Info(ctx context.Context) (engine.Info, error) {
	info := engine.Info{Name: "docker", Endpoint: e.endpoint.host}
	err := e.call(ctx, op{verb: verbProbe, target: e.endpoint.host}, func(ctx context.Context, cli *client.Client) error {
		v, err := cli.ServerVersion(ctx)
		if err != nil {
			return err
		}
		info.Version, info.OS = v.Version, v.Os
		info.APIVersion = cli.ClientVersion()
		return probeLists(ctx, cli)
	})
	return info, err
}
