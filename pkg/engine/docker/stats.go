// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Stats reads the counters of a container; see engine.StatsReader. It requests one
// reading, because the engine would otherwise wait a second for another one.
func (e *Engine) Stats(ctx context.Context, id engine.ID) (engine.Stats, error) {
	var raw container.StatsResponse
	err := e.callOn(ctx, verbStats, id, func(ctx context.Context, cli *client.Client) error {
		answer, err := cli.ContainerStatsOneShot(ctx, id.Value)
		if err != nil {
			return err
		}
		defer func() { _ = answer.Body.Close() }()
		return json.NewDecoder(answer.Body).Decode(&raw)
	})
	if err != nil {
		return engine.Stats{}, err
	}
	// For a container that does not run the engine returns empty counters.
	if raw.Read.IsZero() || raw.CPUStats.CPUUsage.TotalUsage == 0 && raw.PidsStats.Current == 0 && raw.MemoryStats.Limit == 0 {
		o := op{verb: verbStats, target: id.String()}
		return engine.Stats{}, engine.Errorf(o.String(), engine.NotRunning, "the container is not running")
	}
	return statsOf(raw), nil
}

func statsOf(raw container.StatsResponse) engine.Stats {
	out := engine.Stats{
		Time:                raw.Read,
		CPUNanos:            raw.CPUStats.CPUUsage.TotalUsage,
		SystemNanos:         raw.CPUStats.SystemUsage,
		OnlineCPUs:          int(raw.CPUStats.OnlineCPUs),
		CPUPeriods:          raw.CPUStats.ThrottlingData.Periods,
		CPUThrottledPeriods: raw.CPUStats.ThrottlingData.ThrottledPeriods,
		CPUThrottledNanos:   raw.CPUStats.ThrottlingData.ThrottledTime,
		MemoryBytes:         memoryInUse(raw.MemoryStats),
		MemoryLimit:         raw.MemoryStats.Limit,
		PIDs:                raw.PidsStats.Current,
		PIDsLimit:           raw.PidsStats.Limit,
	}
	for _, n := range raw.Networks {
		out.NetworkRxBytes += n.RxBytes
		out.NetworkTxBytes += n.TxBytes
		out.NetworkRxPackets += n.RxPackets
		out.NetworkTxPackets += n.TxPackets
		out.NetworkRxErrors += n.RxErrors
		out.NetworkTxErrors += n.TxErrors
		out.NetworkRxDropped += n.RxDropped
		out.NetworkTxDropped += n.TxDropped
	}
	for _, entry := range raw.BlkioStats.IoServiceBytesRecursive {
		switch strings.ToLower(entry.Op) {
		case "read":
			out.BlockReadBytes += entry.Value
		case "write":
			out.BlockWriteBytes += entry.Value
		}
	}
	return out
}

// memoryInUse returns the memory in use without the file cache that the kernel can
// drop, as the docker command does. The name of the cache depends on the version
// of cgroups.
func memoryInUse(m container.MemoryStats) uint64 {
	for _, name := range []string{"total_inactive_file", "inactive_file"} {
		if cache, ok := m.Stats[name]; ok && cache < m.Usage {
			return m.Usage - cache
		}
	}
	return m.Usage
}

// Top lists the processes of a container; see engine.TopReader.
func (e *Engine) Top(ctx context.Context, id engine.ID) (engine.Processes, error) {
	var out engine.Processes
	err := e.callOn(ctx, verbTop, id, func(ctx context.Context, cli *client.Client) error {
		top, err := cli.ContainerTop(ctx, id.Value, nil)
		out = engine.Processes{Titles: top.Titles, Rows: top.Processes}
		return err
	})
	return out, err
}
