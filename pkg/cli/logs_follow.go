// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/client"
	"github.com/pact-toolbox/reconciler/pkg/logtail"
)

// followLogs prints the output of all containers that a watch of the selection
// reports: the containers of the group, or every container when the group has no
// names. With names it ends when all of them have completed or are gone.
func followLogs(ctx context.Context, c *client.Client, f *logtail.Follower, sel client.Selection, g group) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var tailing, watching errgroup.Group
	tails := map[v1alpha1.Key]*logtail.Tail{}
	update := func(o v1alpha1.Object) {
		t := tails[o.Key()]
		if t == nil {
			t = f.Tail(o.Key())
			tails[o.Key()] = t
			tailing.Go(func() error { return t.Run(ctx) })
		}
		t.Update(logtail.StateOf(o.Status))
	}
	for _, o := range g.Objects {
		update(o)
	}
	watching.Go(func() error {
		defer cancel()
		return c.Follow(ctx, v1alpha1.KindContainer, sel, g.version, func(change client.Change[v1alpha1.Object]) error {
			switch {
			case change.Object.Name == "" || !g.contains(change.Object):
			case change.Type != watch.Deleted:
				update(change.Object)
			case tails[change.Object.Key()] != nil:
				tails[change.Object.Key()].Close()
				delete(tails, change.Object.Key())
			}
			return nil
		})
	})
	if len(g.names) > 0 {
		err := tailing.Wait()
		cancel()
		return errors.Join(err, watching.Wait())
	}
	return errors.Join(watching.Wait(), tailing.Wait())
}

// isReplacement reports whether a failure to read a log is expected while a
// container or the controller is replaced.
func isReplacement(err error) bool {
	var unreachable *client.UnreachableError
	return apierrors.IsNotFound(err) || errors.As(err, &unreachable)
}

// warnOfLogs returns a function that prints the second failure to read a log,
// because it is likely to last.
func warnOfLogs(w io.Writer) func(v1alpha1.Key, error, int) {
	return func(k v1alpha1.Key, err error, failures int) {
		if failures == 2 {
			fmt.Fprintf(w, "the log of %s: %v\n", k, err)
		}
	}
}
