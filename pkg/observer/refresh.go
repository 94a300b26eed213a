// SPDX-License-Identifier: Apache-2.0

package observer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Refresh reads the objects of one key: its known objects and the objects that have
// one of the engine names now. It updates the cache, and returns an error when any
// of them could not be read.
func (c *Cache) Refresh(ctx context.Context, k spec.Key, names []string) error {
	kind := owner.EngineKind(k.Kind)
	ids := c.known(k, kind, names)
	var errs []error
	for _, name := range names {
		id, err := c.find(ctx, kind, name)
		if engine.CodeOf(err) == engine.Ambiguous {
			return c.RefreshAll(ctx)
		}
		delete(ids, id)
		errs = append(errs, err)
	}
	for _, id := range sortedIDs(ids) {
		errs = append(errs, c.read(ctx, id))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("refresh %s: %w", k, err)
	}
	return nil
}

// known returns the IDs of the known objects of a key and of those with one of the
// names.
func (c *Cache) known(k spec.Key, kind engine.Kind, names []string) map[engine.ID]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.table.known(k, kind, names)
}

// find reads the object with a name and returns its ID; the zero ID when there is
// none.
func (c *Cache) find(ctx context.Context, kind engine.Kind, name string) (engine.ID, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.CallTimeout)
	defer cancel()
	stamp := c.begin()
	obj, err := c.engine.Find(ctx, kind, name)
	switch {
	case engine.IsNotFound(err):
		return engine.ID{}, nil
	case err != nil:
		c.suspectAfter(err)
		return engine.ID{}, err
	}
	c.apply(func(t *table, diff *differences) { t.put(obj, stamp, diff) })
	return obj.ID, nil
}

// RefreshAll reads everything. The engine does not count as lost when that fails:
// the observer finds out with its own lists.
func (c *Cache) RefreshAll(ctx context.Context) error { return c.relist(ctx, false) }

// Resync reads everything after a change with an unknown outcome. When it fails,
// the engine counts as lost until a list succeeds, so that no change is repeated.
func (c *Cache) Resync(ctx context.Context) error {
	err := c.relist(ctx, false)
	if err != nil {
		c.lost(ctx, err)
		c.suspect()
	}
	return err
}

func sortedIDs(ids map[engine.ID]bool) []engine.ID {
	return slices.SortedFunc(maps.Keys(ids), func(a, b engine.ID) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
}
