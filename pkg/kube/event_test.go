// SPDX-License-Identifier: Apache-2.0

package kube_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

func event(count int) status.Event {
	return status.Event{
		Name: "web.1", Key: spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "web"}, ObjectUID: "uid-web", ResourceVersion: 8,
		Type: status.Normal, Reason: "Started", Message: "one", Count: count, ReconcileID: "r1",
		First: epoch, Last: epoch.Add(time.Minute),
	}
}

const eventMetadata = `{
	"name": "web.1", "namespace": "default", "uid": "web.1", "resourceVersion": "8",
	"creationTimestamp": "2026-01-02T03:04:05Z", "annotations": {"dev.reconciler/reconcile-id": "r1"}
}`

const eventObject = `{
	"apiVersion": "reconciler.dev/v1alpha1", "kind": "Container", "namespace": "default", "name": "web", "uid": "uid-web"
}`

func TestEventOf(t *testing.T) {
	checkJSON(t, kube.EventOf(event(2)), `{
		"apiVersion": "v1", "kind": "Event", "metadata": `+eventMetadata+`, "involvedObject": `+eventObject+`,
		"type": "Normal", "reason": "Started", "message": "one", "count": 2, "source": {"component": "reconciler"},
		"firstTimestamp": "2026-01-02T03:04:05Z", "lastTimestamp": "2026-01-02T03:05:05Z", "eventTime": null,
		"reportingComponent": "reconciler", "reportingInstance": ""
	}`)
}

func TestEventV1Of(t *testing.T) {
	checkJSON(t, kube.EventV1Of(event(2)), `{
		"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": `+eventMetadata+`, "regarding": `+eventObject+`,
		"type": "Normal", "reason": "Started", "note": "one", "eventTime": "2026-01-02T03:04:05.000000Z",
		"series": {"count": 2, "lastObservedTime": "2026-01-02T03:05:05.000000Z"}, "reportingController": "reconciler",
		"deprecatedSource": {"component": "reconciler"}, "deprecatedCount": 2,
		"deprecatedFirstTimestamp": "2026-01-02T03:04:05Z", "deprecatedLastTimestamp": "2026-01-02T03:05:05Z"
	}`)
	t.Run("a_single_event_has_no_series", func(t *testing.T) {
		if got := kube.EventV1Of(event(1)); got.Series != nil {
			t.Errorf("series %+v", got.Series)
		}
	})
	t.Run("converts_back_to_core_v1", func(t *testing.T) {
		if diff := cmp.Diff(kube.EventOf(event(2)), kube.EventFromV1(kube.EventV1Of(event(2)))); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}
