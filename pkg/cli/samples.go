// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// samplesPoll is the interval between requests for new samples, which watches do
// not report.
const samplesPoll = time.Second

// followSamples calls handle repeatedly with all containers and with the containers
// that have a new sample. It returns nil when ctx ends, and the error of handle or
// of the controller. While no controller answers it keeps trying.
func followSamples(ctx context.Context, c *client.Client, sel client.Selection, handle func(all, fresh []v1alpha1.Object) error) error {
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
			if err := handle(list.Items, newSamples(list.Items, seen)); err != nil {
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

// newSamples returns the objects whose sample is not in seen, and adds it there.
func newSamples(objects []v1alpha1.Object, seen map[v1alpha1.Key]time.Time) (fresh []v1alpha1.Object) {
	for _, o := range objects {
		if m := o.Status.Metrics; m != nil && !m.SampledAt.Equal(seen[o.Key()]) {
			seen[o.Key()] = m.SampledAt
			fresh = append(fresh, o)
		}
	}
	return fresh
}
