// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api"
	"github.com/pact-toolbox/reconciler/pkg/client"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// check refuses types that no event has.
func (o eventsOptions) check() error {
	for _, t := range o.types {
		known := t == "*" || strings.EqualFold(t, string(status.Normal)) || strings.EqualFold(t, string(status.Warning)) ||
			slices.Contains(status.Topics, status.Topic(strings.ToLower(t)))
		if !known {
			return fmt.Errorf("unknown event type %q: want Normal, Warning, created, started, stopped, failed, healthy, unhealthy, metrics or *", t)
		}
	}
	return nil
}

// wants reports that a topic was asked for by name, or all were.
func (o eventsOptions) wants(topic status.Topic) bool {
	return slices.ContainsFunc(o.types, func(t string) bool { return t == "*" || strings.EqualFold(t, string(topic)) })
}

// metricsPoll is how often it is asked for new samples, which come every few
// seconds at most: they are no changes, and watches do not tell of them.
const metricsPoll = time.Second

// followMetrics shows each new sample of containers as an event, until ctx ends.
func (a *app) followMetrics(ctx context.Context, c *client.Client, o eventsOptions, show func(api.Event) error) error {
	sel := client.Selection{Namespace: o.in()}
	var only spec.Key
	if o.about != "" {
		name, err := parseName(o.about)
		if err != nil {
			return err
		}
		only = name
	}
	ticker := time.NewTicker(metricsPoll)
	defer ticker.Stop()
	shown := map[spec.Key]time.Time{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		list, err := c.List(ctx, spec.KindContainer, sel)
		if err != nil {
			continue // the watch of events says what is wrong, and goes on when it is over
		}
		for _, obj := range list.Items {
			k, m := obj.Key(), obj.Status.Metrics
			if m == nil || m.SampledAt.Equal(shown[k]) || o.about != "" && !names(only, k) {
				continue
			}
			shown[k] = m.SampledAt
			if err := show(metricsEvent(k, *m)); err != nil {
				return err
			}
		}
	}
}

// names reports that a name given by a user means the key.
func names(name, k spec.Key) bool {
	return name.Kind == k.Kind && name.Name == k.Name && (name.Namespace == "" || name.Namespace == k.Namespace)
}

// metricsEvent is a sample in the shape of an event.
func metricsEvent(k spec.Key, m status.Metrics) api.Event {
	at := metav1.NewTime(m.SampledAt)
	return api.Event{
		TypeMeta:       metav1.TypeMeta{APIVersion: "v1", Kind: "Event"},
		ObjectMeta:     metav1.ObjectMeta{Name: k.Name + ".metrics", Namespace: k.Namespace, CreationTimestamp: at},
		InvolvedObject: api.ObjectReference{Kind: string(k.Kind), Namespace: k.Namespace, Name: k.Name, APIVersion: spec.APIVersion},
		Reason:         "Metrics", Type: status.Normal, FirstTimestamp: at, LastTimestamp: at, Count: 1,
		Message: fmt.Sprintf("cpu %.1f%%, memory %s of %s, network %s in %s out, block %s read %s written, %d pids",
			m.CPUPercent, bytesText(m.MemoryUsedBytes), bytesText(m.MemoryLimitBytes), bytesText(m.NetworkRxBytes), bytesText(m.NetworkTxBytes),
			bytesText(m.BlockReadBytes), bytesText(m.BlockWriteBytes), m.PIDs),
	}
}
