// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// samplesPoll is how often it is asked for new samples, which come every few
// seconds at most: they are no changes, and watches do not tell of them.
const samplesPoll = time.Second

// followSamples lets see have all containers, at first and then again and again,
// and those of them with a sample that it has not had. It returns when ctx ends,
// with nil, or when see or the controller refuses; a controller that is away may
// come back.
func followSamples(ctx context.Context, c *client.Client, sel client.Selection, see func(all, fresh []v1alpha1.Object) error) error {
	ticker := time.NewTicker(samplesPoll)
	defer ticker.Stop()
	seen := map[v1alpha1.Key]time.Time{}
	for {
		list, err := c.List(ctx, v1alpha1.KindContainer, sel)
		var unreachable *client.UnreachableError
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &unreachable):
		case err != nil:
			return err
		default:
			if err := see(list.Items, unseen(list.Items, seen)); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// unseen are the objects with a sample that seen does not have, which it then
// has.
func unseen(objects []v1alpha1.Object, seen map[v1alpha1.Key]time.Time) (fresh []v1alpha1.Object) {
	for _, o := range objects {
		if m := o.Status.Metrics; m != nil && !m.SampledAt.Equal(seen[o.Key()]) {
			seen[o.Key()] = m.SampledAt
			fresh = append(fresh, o)
		}
	}
	return fresh
}
