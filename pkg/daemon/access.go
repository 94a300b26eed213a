// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// containerAccess gives the API access to logs, processes and ports of the
// containers at the engine.
type containerAccess struct{ stack *stack }

// find returns the ID of the container of k. The error is Unreachable until the
// engine has been listed, and NotFound when there is no container.
func (a containerAccess) find(k spec.Key, operation string) (engine.ID, error) {
	obj, found := a.stack.controller.World().Container(k)
	switch {
	case !found && !a.stack.cache.State().Synced:
		return engine.ID{}, engine.Errorf(operation+" "+k.String(), engine.Unreachable, "the engine has not answered yet; see `reconciler status`")
	case !found:
		return engine.ID{}, engine.Errorf(operation+" "+k.String(), engine.NotFound, "the container does not exist yet")
	}
	return obj.ID, nil
}

// Logs writes the output of the container of k.
func (a containerAccess) Logs(ctx context.Context, k spec.Key, opts v1alpha1.LogOptions, w io.Writer) error {
	id, err := a.find(k, "logs of")
	if err != nil {
		return err
	}
	return a.stack.engine.StreamLogs(ctx, id, engine.LogOptions{
		Tail: opts.Tail, Since: opts.Since, Until: opts.Until, Timestamps: opts.Timestamps, Follow: opts.Follow, Stdout: w, Stderr: w,
	})
}

// Exec runs a command in the container of k and returns its exit code.
func (a containerAccess) Exec(ctx context.Context, k spec.Key, opts v1alpha1.ExecOptions) (int, error) {
	id, err := a.find(k, "exec in")
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var copying sync.WaitGroup
	defer copying.Wait()
	defer cancel()
	var sizes chan engine.TerminalSize
	if opts.Resize != nil {
		sizes = make(chan engine.TerminalSize)
		copying.Go(func() { copySizes(ctx, opts.Resize, sizes) })
	}
	return a.stack.engine.Exec(ctx, id, engine.ExecOptions{
		Command: opts.Command, TTY: opts.TTY, Stdin: opts.Stdin, Stdout: opts.Stdout, Stderr: opts.Stderr, Resize: sizes,
	})
}

// copySizes sends each terminal size to the engine until ctx ends.
func copySizes(ctx context.Context, from <-chan v1alpha1.TerminalSize, to chan<- engine.TerminalSize) {
	for {
		select {
		case <-ctx.Done():
			return
		case size := <-from:
			select {
			case <-ctx.Done():
				return
			case to <- engine.TerminalSize(size):
			}
		}
	}
}

// dialTimeout limits the connection attempt to one address of a container.
const dialTimeout = 3 * time.Second

// DialPort connects to a TCP port of the container of k: to the published port,
// otherwise to the addresses of the container, which are reachable only when the
// engine is local and this machine runs Linux.
func (a containerAccess) DialPort(ctx context.Context, k spec.Key, port int) (net.Conn, error) {
	obj, found := a.stack.controller.World().Container(k)
	if !found || !obj.Container.Running() {
		return nil, engine.Errorf("dial "+k.String(), engine.NotRunning, "the container is not running")
	}
	var hosts []string
	for _, p := range obj.Container.Ports {
		if p.ContainerPort == port && p.Protocol == "tcp" {
			hosts = append(hosts, net.JoinHostPort(reachable(p.HostIP), strconv.Itoa(p.HostPort)))
		}
	}
	for _, at := range obj.Container.Attachments {
		if at.IPAddress != "" {
			hosts = append(hosts, net.JoinHostPort(at.IPAddress, strconv.Itoa(port)))
		}
	}
	dialer := net.Dialer{Timeout: dialTimeout}
	err := errors.New("the container has no address")
	for _, host := range hosts {
		var conn net.Conn
		if conn, err = dialer.DialContext(ctx, "tcp", host); err == nil {
			return conn, nil
		}
	}
	return nil, err
}
