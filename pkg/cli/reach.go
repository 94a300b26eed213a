// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// maxTail bounds the lines of a log that are read where it cannot be streamed.
const maxTail = 10000

// reach is what the API needs to look into containers at the engine.
type reach struct{ stack *stack }

func (r reach) container(k spec.Key, what string) (engine.ID, error) {
	obj, found := r.stack.controller.World().Container(k)
	switch {
	case !found && !r.stack.cache.State().Synced:
		return engine.ID{}, engine.Errorf(what+" "+k.String(), engine.Unreachable, "the engine has not answered yet; see `reconciler status`")
	case !found:
		return engine.ID{}, engine.Errorf(what+" "+k.String(), engine.NotFound, "there is no container yet")
	}
	return obj.ID, nil
}

// Logs writes the output of the container that stands for k.
func (r reach) Logs(ctx context.Context, k spec.Key, opts v1alpha1.LogOptions, w io.Writer) error {
	id, err := r.container(k, "logs of")
	if err != nil {
		return err
	}
	if streamer, ok := r.stack.engine.(engine.LogStreamer); ok {
		return streamer.StreamLogs(ctx, id, engine.LogOptions{
			Tail: opts.Tail, Since: opts.Since, Until: opts.Until, Timestamps: opts.Timestamps, Follow: opts.Follow, Stdout: w, Stderr: w,
		})
	}
	if opts.Tail < 0 || opts.Tail > maxTail {
		opts.Tail = maxTail
	}
	lines, err := r.stack.engine.Logs(ctx, id, opts.Tail)
	for _, line := range lines {
		if _, err := io.WriteString(w, line+"\n"); err != nil {
			return err
		}
	}
	return err
}

// Exec runs a command in the container that stands for k.
func (r reach) Exec(ctx context.Context, k spec.Key, opts v1alpha1.ExecOptions) (int, error) {
	id, err := r.container(k, "exec in")
	if err != nil {
		return 0, err
	}
	executor, ok := r.stack.engine.(engine.Executor)
	if !ok {
		return 0, engine.Errorf("exec in "+k.String(), engine.Invalid, "this engine runs no commands in containers")
	}
	var sizes chan engine.TerminalSize
	if opts.Resize != nil {
		sizes = make(chan engine.TerminalSize)
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() {
			for {
				select {
				case <-ctx.Done():
					return
				case size := <-opts.Resize:
					select {
					case <-ctx.Done():
						return
					case sizes <- engine.TerminalSize(size):
					}
				}
			}
		}()
	}
	return executor.Exec(ctx, id, engine.ExecOptions{
		Command: opts.Command, TTY: opts.TTY, Stdin: opts.Stdin, Stdout: opts.Stdout, Stderr: opts.Stderr, Resize: sizes,
	})
}

// dialTimeout is how long one address of a container is tried.
const dialTimeout = 3 * time.Second

// DialPort connects to a port of the container that stands for k: where it is
// published, else at the container's own addresses, which only a local engine on
// Linux lets one reach.
func (r reach) DialPort(ctx context.Context, k spec.Key, port int) (net.Conn, error) {
	obj, found := r.stack.controller.World().Container(k)
	if !found || !obj.Container.Running() {
		return nil, engine.Errorf("dial "+k.String(), engine.NotRunning, "the container does not run")
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

// node is the engine's machine: this one, unless the engine is reached over the
// network.
func (s *stack) node(since time.Time) kube.Machine {
	state := s.cache.State()
	n := kube.Machine{
		Name: "engine", Engine: state.Info.Name + "://" + state.Info.Version, OS: state.Info.OS,
		Ready: state.Connected, Since: since,
	}
	if endpoint := state.Info.Endpoint; endpoint == "" || strings.HasPrefix(endpoint, "unix:") {
		if host, err := os.Hostname(); err == nil {
			n.Name = strings.ToLower(host)
		}
		n.CPUs, n.MemoryBytes = runtime.NumCPU(), memoryBytes()
	}
	return n
}
