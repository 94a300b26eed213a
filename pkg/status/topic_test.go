// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"slices"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/status"
)

func TestTopicOf(t *testing.T) {
	for reason, want := range map[string]status.Topic{
		"Started": status.TopicStarted, "Restarted": status.TopicStarted, "Exited": status.TopicFailed,
		"Completed": status.TopicStopped, "Unhealthy": status.TopicUnhealthy, "Pulled": "", "": "",
	} {
		if got := status.TopicOf(reason); got != want || want != "" && !slices.Contains(status.Topics, got) {
			t.Errorf("%s is about %q, want %q", reason, got, want)
		}
	}
}
