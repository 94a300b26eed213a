// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// check returns an error for an unknown event type.
func (o eventsOptions) check() error {
	for _, t := range o.types {
		known := t == "*" || strings.EqualFold(t, v1alpha1.EventNormal) || strings.EqualFold(t, v1alpha1.EventWarning) ||
			slices.Contains(v1alpha1.Topics(), v1alpha1.Topic(strings.ToLower(t)))
		if !known {
			return fmt.Errorf("unknown event type %q: must be Normal, Warning, created, started, stopped, failed, healthy, unhealthy, metrics or *", t)
		}
	}
	return nil
}

// wants reports whether a topic is selected by name or by *.
func (o eventsOptions) wants(topic v1alpha1.Topic) bool {
	return slices.ContainsFunc(o.types, func(t string) bool { return t == "*" || strings.EqualFold(t, string(topic)) })
}

// samples returns the last samples of containers as events; none unless metrics are
// selected.
func (o eventsOptions) samples(ctx context.Context, c *client.Client) ([]v1alpha1.Event, error) {
	if !o.wants(v1alpha1.TopicMetrics) {
		return nil, nil
	}
	list, err := c.List(ctx, v1alpha1.KindContainer, client.Selection{Namespace: o.Namespace()})
	if err != nil {
		return nil, err
	}
	return o.metricsEvents(newSamples(list.Items, map[v1alpha1.Key]time.Time{}))
}

// followMetrics calls show with each new sample as an event until ctx ends.
func (o eventsOptions) followMetrics(ctx context.Context, c *client.Client, show func(v1alpha1.Event) error) error {
	return followSamples(ctx, c, client.Selection{Namespace: o.Namespace()}, func(_, fresh []v1alpha1.Object) error {
		events, err := o.metricsEvents(fresh)
		for _, e := range events {
			err = errors.Join(err, show(e))
		}
		return err
	})
}

// metricsEvents returns the samples of the selected containers as events.
func (o eventsOptions) metricsEvents(sampled []v1alpha1.Object) (out []v1alpha1.Event, err error) {
	var about v1alpha1.Key
	if o.about != "" {
		if about, err = resource.ParseName(o.about); err != nil {
			return nil, err
		}
	}
	for _, obj := range sampled {
		if o.about == "" || matchesName(about, obj.Key()) {
			out = append(out, metricsEvent(obj.Key(), *obj.Status.Metrics))
		}
	}
	return out, nil
}

// matchesName reports whether a parsed name, with or without a namespace, selects k.
func matchesName(name, k v1alpha1.Key) bool {
	return name.Kind == k.Kind && name.Name == k.Name && (name.Namespace == "" || name.Namespace == k.Namespace)
}

// metricsEvent returns a sample in the form of an event.
func metricsEvent(k v1alpha1.Key, m v1alpha1.Metrics) v1alpha1.Event {
	at := metav1.NewTime(m.SampledAt)
	return v1alpha1.Event{
		TypeMeta:       metav1.TypeMeta{APIVersion: "v1", Kind: "Event"},
		ObjectMeta:     metav1.ObjectMeta{Name: k.Name + ".metrics", Namespace: k.Namespace, CreationTimestamp: at},
		InvolvedObject: v1alpha1.ObjectReference{Kind: string(k.Kind), Namespace: k.Namespace, Name: k.Name, APIVersion: v1alpha1.APIVersion},
		Reason:         "Metrics", Type: v1alpha1.EventNormal, FirstTimestamp: at, LastTimestamp: at, Count: 1,
		Message: fmt.Sprintf("cpu %.1f%%, memory %s of %s, network %s in %s out, block %s read %s written, %d pids",
			m.CPUPercent, printer.Bytes(m.MemoryUsedBytes), printer.Bytes(m.MemoryLimitBytes), printer.Bytes(m.NetworkRxBytes), printer.Bytes(m.NetworkTxBytes),
			printer.Bytes(m.BlockReadBytes), printer.Bytes(m.BlockWriteBytes), m.PIDs),
	}
}
