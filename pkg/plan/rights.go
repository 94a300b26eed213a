// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// translateResources says what a container may use.
func translateResources(cfg *engine.ContainerConfig, r spec.Resources) {
	cfg.ShmSize = r.ShmSize.Bytes()
	cfg.Resources = engine.Resources{
		NanoCPUs:          int64(r.Limits.CPUs),
		Memory:            r.Limits.Memory.Bytes(),
		MemoryReservation: r.Reservations.Memory.Bytes(),
		MemorySwap:        r.MemorySwap.Bytes(),
		PIDs:              int64(r.Limits.PIDs),
		CPUShares:         int64(r.CPUShares),
		CPUSetCPUs:        r.CPUSetCPUs,
		BlkioWeight:       uint16(r.BlkioWeight), //nolint:gosec // 10 to 1000
	}
	for _, name := range slices.Sorted(maps.Keys(r.Ulimits)) {
		u := r.Ulimits[name]
		cfg.Ulimits = append(cfg.Ulimits, engine.Ulimit{Name: name, Soft: int64(u.Soft), Hard: int64(u.Hard)})
	}
	for _, d := range r.Devices {
		cfg.Devices = append(cfg.Devices, engine.Device{
			HostPath: d.Host, ContainerPath: cmp.Or(d.Container, d.Host), Permissions: cmp.Or(d.Permissions, "rwm"),
		})
	}
	if g := r.GPUs; g != nil {
		cfg.GPUs = []engine.DeviceRequest{{
			Driver: g.Driver, Count: g.Count, DeviceIDs: g.DeviceIDs,
			Capabilities: [][]string{append([]string{"gpu"}, g.Capabilities...)}, Options: g.Options,
		}}
	}
}

// translateRights says what a container may do, and what it shares.
func (w World) translateRights(cfg *engine.ContainerConfig, obj spec.Object) {
	c := obj.Container
	cfg.Privileged = c.Privileged
	cfg.CapAdd, cfg.CapDrop = c.CapAdd, c.CapDrop
	cfg.ReadOnlyRootFilesystem = c.ReadOnlyRootFilesystem
	cfg.SecurityOpt = c.SecurityOpt
	cfg.Sysctls = c.Sysctls
	cfg.IPC = w.mode(obj, c.IPC)
	if c.PID != "private" { // for which engines have no word
		cfg.PID = w.mode(obj, c.PID)
	}
	cfg.UserNS, cfg.CgroupNS = c.UserNS, c.CgroupNS
	cfg.Runtime = c.Runtime
	cfg.OOMScoreAdj = c.OOMScoreAdj
	if c.Logging != nil {
		cfg.Logging = engine.Logging{Driver: c.Logging.Driver, Options: c.Logging.Options}
	}
}
