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

// Dialer is the Checker for containers that really run.
type Dialer struct {
	engine engine.Engine
	// calls bounds what is asked of the engine at once: commands and logs cost it
	// more than connections cost us.
	calls chan struct{}

	mu sync.Mutex
	// host is where published ports are; empty until the engine has said.
	host string
	// interfaces are the networks that this host is on, as of when they were read.
	interfaces   []prefix
	interfacesAt time.Time
}

// engineCalls is how many commands and logs are asked for at once.
const engineCalls = 8

// notes are what a Dialer remembers from one run of a check to the next.
type notes struct {
	// way is the one that worked, as long as the container is on network.
	way     *way
	network *engine.Container
	// pattern is the one of a log probe, matched says that it was found, and read
	// until when.
	pattern *regexp.Regexp
	matched bool
	read    time.Time
}

// NewDialer makes a Dialer into the containers of an engine.
func NewDialer(e engine.Engine) *Dialer {
	return &Dialer{engine: e, calls: make(chan struct{}, engineCalls)}
}

// Check runs a probe once. One that ctx cuts short says nothing.
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
		if p.Log != nil && c.notes.matched {
			return Outcome{Verdict: Success}
		}
		select { // the limit is that of the run, not of the wait for it
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
		return d.httpGet(ctx, c)
	case p.TCPSocket != nil:
		return d.tcpSocket(ctx, c)
	case p.GRPC != nil:
		return d.grpc(ctx, c)
	case p.Exec != nil:
		return d.exec(ctx, c)
	case p.Log != nil:
		return d.log(ctx, c)
	}
	return fail("it has no action")
}

func fail(format string, args ...any) Outcome {
	return Outcome{Verdict: Failure, Seen: fmt.Sprintf(format, args...)}
}
