// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// What a container uses when nobody says otherwise.
const (
	hostCPUs          = 2
	usualMemory       = 16 << 20
	usualCPU          = 10 * time.Millisecond // each second
	usualNetPerSecond = 1 << 10
)

// Stats are what SetStats said, else made up from how long the container runs.
func (e *Engine) Stats(ctx context.Context, id engine.ID) (engine.Stats, error) {
	op := Op{Name: "Stats", ID: id}
	var out engine.Stats
	err := e.read(ctx, op, func() error {
		c, err := e.runningContainer(op, id)
		if err != nil {
			return err
		}
		out = c.usage(e.opts.Clock())
		return nil
	})
	return out, err
}

func (c *container) usage(now time.Time) engine.Stats {
	if c.stats != nil {
		out := *c.stats
		out.Time = now
		return out
	}
	ran := max(now.Sub(c.startedAt), 0)
	seconds := uint64(ran / time.Second)
	return engine.Stats{
		Time:           now,
		CPUNanos:       uint64(usualCPU) * (1 + seconds),
		SystemNanos:    uint64(now.UnixNano()) * hostCPUs, //nolint:gosec // a time of our days
		OnlineCPUs:     hostCPUs,
		MemoryBytes:    usualMemory,
		MemoryLimit:    uint64(cmp.Or(c.cfg.Resources.Memory, hostMemory)), //nolint:gosec // not negative
		NetworkRxBytes: usualNetPerSecond * seconds,
		NetworkTxBytes: usualNetPerSecond * seconds,
		PIDs:           1,
		PIDsLimit:      uint64(max(c.cfg.Resources.PIDs, 0)), //nolint:gosec // not negative
	}
}

// SetStats says what a container uses from now on; its time is left to the
// clock.
func (e *Engine) SetStats(id engine.ID, s engine.Stats) {
	e.onContainer(id, func(_ time.Time, c *container) { c.stats = &s })
}

// commandLine is what the container runs.
func (c *container) commandLine() string {
	cfg := engine.Inherit(c.cfg, c.image.behaviour.Config)
	return strings.Join(append(cfg.Entrypoint, cfg.Command...), " ")
}
