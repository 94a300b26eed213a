// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// The resource usage of a container without SetStats.
const (
	hostCPUs          = 2
	usualMemory       = 16 << 20
	usualCPU          = 10 * time.Millisecond // each second
	usualNetPerSecond = 1 << 10
)

// Stats returns the values of SetStats, otherwise values that follow from the run
// time of the container; see engine.StatsReader.
func (e *Engine) Stats(ctx context.Context, id engine.ID) (engine.Stats, error) {
	op := Op{Name: "Stats", ID: id}
	var out engine.Stats
	err := e.read(ctx, op, func() error {
		c, err := e.containers.runningByID(op, id)
		if err != nil {
			return err
		}
		out = c.statsAt(e.clock())
		return nil
	})
	return out, err
}

func (c *container) statsAt(now time.Time) engine.Stats {
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
		SystemNanos:    uint64(now.UnixNano()) * hostCPUs, //nolint:gosec // after 1970
		OnlineCPUs:     hostCPUs,
		MemoryBytes:    usualMemory,
		MemoryLimit:    uint64(cmp.Or(c.cfg.Resources.Memory, hostMemory)), //nolint:gosec // not negative
		NetworkRxBytes: usualNetPerSecond * seconds,
		NetworkTxBytes: usualNetPerSecond * seconds,
		PIDs:           1,
		PIDsLimit:      uint64(max(c.cfg.Resources.PIDs, 0)), //nolint:gosec // not negative
	}
}

// commandLine returns the command of the container.
func (c *container) commandLine() string {
	cfg := engine.Inherit(c.cfg, c.image.behaviour.Config)
	return strings.Join(append(cfg.Entrypoint, cfg.Command...), " ")
}
