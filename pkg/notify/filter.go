// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Filter says what is to be told of.
type Filter struct {
	// All is every event; Metrics the samples too.
	All, Metrics bool
	// Topics are those wanted when not all are.
	Topics []status.Topic
}

// Everything that happens is told of by "*"; Events leaves the samples out.
var (
	everything = Filter{All: true, Metrics: true}
	events     = Filter{All: true}
)

// ParseFilter reads "started,failed" or "*".
func ParseFilter(text string) (Filter, error) {
	var f Filter
	for _, word := range strings.Split(text, ",") {
		topic := status.Topic(strings.ToLower(strings.TrimSpace(word)))
		switch {
		case topic == "*":
			return everything, nil
		case !slices.Contains(status.Topics, topic):
			return Filter{}, fmt.Errorf("unknown event %q: want %s or *", word, known())
		case topic == status.TopicMetrics:
			f.Metrics = true
		}
		f.Topics = append(f.Topics, topic)
	}
	return f, nil
}

func known() string {
	var words []string
	for _, t := range status.Topics {
		words = append(words, string(t))
	}
	return strings.Join(words, ", ")
}

// wants reports that a notification is to be told of.
func (f Filter) wants(n Notification) bool {
	if n.Type == status.TopicMetrics {
		return f.Metrics
	}
	return f.All || slices.Contains(f.Topics, n.Type)
}
