// SPDX-License-Identifier: Apache-2.0

package v1alpha1_test

import (
	"slices"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

func TestTopicOf(t *testing.T) {
	for reason, want := range map[string]v1alpha1.Topic{
		"Started": v1alpha1.TopicStarted, "Restarted": v1alpha1.TopicStarted, "Exited": v1alpha1.TopicFailed,
		"Completed": v1alpha1.TopicStopped, "Unhealthy": v1alpha1.TopicUnhealthy, "Pulled": "", "": "",
	} {
		if got := v1alpha1.TopicOf(reason); got != want || want != "" && !slices.Contains(v1alpha1.Topics(), got) {
			t.Errorf("%s is about %q, want %q", reason, got, want)
		}
	}
}
