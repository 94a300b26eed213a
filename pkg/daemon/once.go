// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"context"
	"fmt"
)

// waitOnce waits until everything has settled and prints the result. It returns
// ErrIncomplete when an object is not Ready or ctx has ended.
func (d *Daemon) waitOnce(ctx context.Context) error {
	wait, cancel := context.WithTimeout(ctx, d.OnceTimeout)
	defer cancel()
	c, stderr := d.stack.controller, d.Program.Stderr
	err := c.WaitSettled(wait)
	if ctx.Err() != nil {
		return ErrIncomplete
	}
	if err != nil {
		fmt.Fprintf(stderr, "timed out after %s: some objects have not settled\n", d.OnceTimeout)
	}
	d.printTable()
	reports, _ := d.stack.store.List()
	for _, r := range reports {
		if !isReady(r) {
			fmt.Fprintf(stderr, "%s is not Ready: %s\n", r.Key, stateLine(r, false))
		}
	}
	if n := len(c.Withheld()); n > 0 {
		fmt.Fprintf(stderr, "the prune guard withholds the deletion of %d objects; use --prune-guard 0 to delete them\n", n)
	}
	if sum := c.Summary(); err != nil || sum.Ready < sum.Objects || !sum.SourceComplete || d.stack.notReady() > 0 {
		return ErrIncomplete
	}
	return nil
}
