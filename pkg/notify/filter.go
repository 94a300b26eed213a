// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Filter selects notifications. The zero value selects none.
type Filter struct {
	// All selects every event, Metrics the samples.
	All, Metrics bool
	// Topics selects the events of these topics.
	Topics []v1alpha1.Topic
}

// everything selects events and samples; allEvents selects events only.
var (
	everything = Filter{All: true, Metrics: true}
	allEvents  = Filter{All: true}
)

// ParseFilter parses a list of topics, for example "started,failed", or "*" for
// events and samples. It returns an error for an unknown topic.
func ParseFilter(text string) (Filter, error) {
	var f Filter
	for _, word := range strings.Split(text, ",") {
		topic := v1alpha1.Topic(strings.ToLower(strings.TrimSpace(word)))
		switch {
		case topic == "*":
			return everything, nil
		case !slices.Contains(v1alpha1.Topics(), topic):
			return Filter{}, fmt.Errorf("unknown event %q: want %s or *", word, topicList())
		case topic == v1alpha1.TopicMetrics:
			f.Metrics = true
		}
		f.Topics = append(f.Topics, topic)
	}
	return f, nil
}

func topicList() string {
	var words []string
	for _, t := range v1alpha1.Topics() {
		words = append(words, string(t))
	}
	return strings.Join(words, ", ")
}

// matches reports whether the filter selects n.
func (f Filter) matches(n Notification) bool {
	if n.Type == v1alpha1.TopicMetrics {
		return f.Metrics
	}
	return f.All || slices.Contains(f.Topics, n.Type)
}
