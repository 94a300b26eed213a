// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Filter says what is to be told of.
type Filter struct {
	// All is every event; Metrics the samples too.
	All, Metrics bool
	// Topics are those wanted when not all are.
	Topics []v1alpha1.Topic
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
		topic := v1alpha1.Topic(strings.ToLower(strings.TrimSpace(word)))
		switch {
		case topic == "*":
			return everything, nil
		case !slices.Contains(v1alpha1.Topics(), topic):
			return Filter{}, fmt.Errorf("unknown event %q: want %s or *", word, known())
		case topic == v1alpha1.TopicMetrics:
			f.Metrics = true
		}
		f.Topics = append(f.Topics, topic)
	}
	return f, nil
}

func known() string {
	var words []string
	for _, t := range v1alpha1.Topics() {
		words = append(words, string(t))
	}
	return strings.Join(words, ", ")
}

// wants reports that a notification is to be told of.
func (f Filter) wants(n Notification) bool {
	if n.Type == v1alpha1.TopicMetrics {
		return f.Metrics
	}
	return f.All || slices.Contains(f.Topics, n.Type)
}
