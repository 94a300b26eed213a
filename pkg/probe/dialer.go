// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Dialer is the Checker for the containers of an engine.
type Dialer struct {
	engine engine.Engine
	// calls limits concurrent engine calls, because commands and logs cost the
	// engine more than connections cost the controller.
	calls chan struct{}

	mu sync.Mutex
	// host is the host of published ports; empty until the engine reports it.
	host string
	// interfaces caches the networks of this host as of interfacesAt.
	interfaces   []prefix
	interfacesAt time.Time
}

// engineCalls is the maximum number of concurrent commands and log requests.
const engineCalls = 8

// dialState is the state that a Dialer keeps between the runs of a check.
type dialState struct {
	// route is the route that worked last; it is valid while the container is
	// network.
	route   *route
	network *engine.Container
	// pattern is the compiled pattern of a log probe. matched is set once it was
	// found. Log lines up to read were searched.
	pattern *regexp.Regexp
	matched bool
	read    time.Time
}

// NewDialer returns a Dialer for the containers of e.
func NewDialer(e engine.Engine) *Dialer {
	return &Dialer{engine: e, calls: make(chan struct{}, engineCalls)}
}

// Check runs a probe once. If ctx is done before the probe ends, the verdict is
// Unknown.
func (d *Dialer) Check(ctx context.Context, c *Check) Outcome {
	outcome := d.check(ctx, c)
	if ctx.Err() != nil {
		return Outcome{}
	}
	return outcome
}

func (d *Dialer) check(ctx context.Context, c *Check) Outcome {
	p := c.Probe
	if p.Exec != nil || p.Log != nil {
		if p.Log != nil && c.dialState.matched {
			return Outcome{Verdict: Success}
		}
		select { // the timeout covers the run only, not the wait for a slot
		case d.calls <- struct{}{}:
			defer func() { <-d.calls }()
		case <-ctx.Done():
			return Outcome{}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, p.Limit())
	defer cancel()
	switch {
	case p.HTTPGet != nil:
		return d.checkHTTP(ctx, c)
	case p.TCPSocket != nil:
		return d.checkTCP(ctx, c)
	case p.GRPC != nil:
		return d.checkGRPC(ctx, c)
	case p.Exec != nil:
		return d.checkExec(ctx, c)
	case p.Log != nil:
		return d.checkLog(ctx, c)
	}
	return failuref("the probe has no action")
}

// failuref returns a failure with a formatted message.
func failuref(format string, args ...any) Outcome {
	return Outcome{Verdict: Failure, Message: fmt.Sprintf(format, args...)}
}
