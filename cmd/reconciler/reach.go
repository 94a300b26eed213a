// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// maxTail bounds the lines of a log that are read.
const maxTail = 10000

// logReader reads the output of the containers at the engine.
type logReader struct{ stack *stack }

// Logs writes the last lines of the container that stands for k.
func (r logReader) Logs(ctx context.Context, k spec.Key, opts api.LogOptions, w io.Writer) error {
	obj, found := r.stack.controller.World().Container(k)
	if !found {
		return engine.Errorf("logs of "+k.String(), engine.NotFound, "there is no container yet")
	}
	if opts.Tail < 0 || opts.Tail > maxTail {
		opts.Tail = maxTail
	}
	lines, err := r.stack.engine.Logs(ctx, obj.ID, opts.Tail)
	for _, line := range lines {
		if _, err := io.WriteString(w, line+"\n"); err != nil {
			return err
		}
	}
	return err
}

// node is the engine's machine: this one, unless the engine is reached over the
// network.
func (s *stack) node(since time.Time) api.Node {
	state := s.cache.State()
	n := api.Node{
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
