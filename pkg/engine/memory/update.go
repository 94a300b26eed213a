// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Update changes resources and the restart policy of a container; see
// engine.Updater.
func (e *Engine) Update(ctx context.Context, id engine.ID, u engine.Update) error {
	op := Op{Name: "Update", ID: id}
	return e.write(ctx, op, func() error { return e.containers.update(op, id, u) })
}

func (cs *containers) update(op Op, id engine.ID, u engine.Update) error {
	c, err := cs.byID(op, id)
	if err != nil {
		return err
	}
	if r := u.Resources; r != nil {
		if err := checkResources(op, *r); err != nil {
			return err
		}
		c.cfg.Resources = withChanges(c.cfg.Resources, *r)
	}
	if p := u.RestartPolicy; p != nil {
		c.cfg.RestartPolicy = *p
	}
	c.config = nil
	cs.recordChange(cs.clock(), c, "update")
	return nil
}

// withChanges returns resources after an update. Limits are changed and never
// removed, except for the limit of processes.
func withChanges(have, want engine.Resources) engine.Resources {
	if want.Memory != 0 {
		have.Memory, have.MemorySwap = want.Memory, 2*want.Memory
	}
	have.MemorySwap = cmp.Or(want.MemorySwap, have.MemorySwap)
	have.MemoryReservation = cmp.Or(want.MemoryReservation, have.MemoryReservation)
	have.NanoCPUs = cmp.Or(want.NanoCPUs, have.NanoCPUs)
	have.CPUShares = cmp.Or(want.CPUShares, have.CPUShares)
	have.CPUSetCPUs = cmp.Or(want.CPUSetCPUs, have.CPUSetCPUs)
	have.BlkioWeight = cmp.Or(want.BlkioWeight, have.BlkioWeight)
	have.PIDs = want.PIDs
	return have
}

func checkResources(op Op, r engine.Resources) error {
	if r.Memory != 0 && r.Memory < minimumMemory {
		return refuse(op, engine.Invalid, "minimum memory limit allowed is 6MB")
	}
	return nil
}

// CopyTo delivers files into a container; see engine.Copier.
func (e *Engine) CopyTo(ctx context.Context, id engine.ID, files []engine.File) error {
	op := Op{Name: "CopyTo", ID: id}
	return e.write(ctx, op, func() error {
		c, err := e.containers.byID(op, id)
		if err != nil {
			return err
		}
		for _, f := range files {
			if !path.IsAbs(f.Path) || path.Clean(f.Path) == "/" {
				return refuse(op, engine.Invalid, "%q is not the absolute path of a file", f.Path)
			}
			if !c.writable(f.Path) {
				return refuse(op, engine.ReadOnly, "%s is on a read-only file system", f.Path)
			}
		}
		for _, f := range files {
			f.Content = slices.Clone(f.Content)
			c.files[path.Clean(f.Path)] = f
		}
		return nil
	})
}

// writable reports whether a file can be delivered to a path.
func (c *container) writable(file string) bool {
	below := -1
	for i, m := range c.cfg.Mounts {
		inside := strings.HasPrefix(path.Clean(file), strings.TrimSuffix(m.Target, "/")+"/")
		if inside && (below < 0 || len(m.Target) > len(c.cfg.Mounts[below].Target)) {
			below = i
		}
	}
	if below < 0 {
		return !c.cfg.ReadOnlyRootFilesystem
	}
	return !c.cfg.Mounts[below].ReadOnly
}
