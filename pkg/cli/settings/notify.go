// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/pact-toolbox/reconciler/pkg/notify"
)

// registerNotify adds the flags for hooks and webhooks.
func registerNotify(flags *pflag.FlagSet, list *[]notify.Subscription) {
	flags.Var(&subscriptions{list: list, parse: notify.ParseHook}, "hook",
		"run a command for events, as `EVENTS=COMMAND`, for example failed,unhealthy=./page.sh; * means all events; may be repeated")
	flags.Var(&subscriptions{list: list, parse: notify.ParseWebhook}, "notify",
		"post events to a URL, as `[EVENTS=]URL`, for example failed=https://example.org/hook; may be repeated")
}

// subscriptions is a flag that adds to a list of subscriptions.
type subscriptions struct {
	list  *[]notify.Subscription
	parse func(string) (notify.Subscription, error)
	texts []string
}

// Set adds one subscription.
func (s *subscriptions) Set(text string) error { return s.Append(text) }

// Append adds one subscription.
func (s *subscriptions) Append(text string) error {
	parsed, err := s.parse(text)
	if err != nil {
		return err
	}
	*s.list, s.texts = append(*s.list, parsed), append(s.texts, text)
	return nil
}

// Replace adds subscriptions, because the list has subscriptions of both flags.
func (s *subscriptions) Replace(texts []string) error {
	for _, text := range texts {
		if err := s.Append(text); err != nil {
			return err
		}
	}
	return nil
}

// GetSlice returns the texts of the subscriptions.
func (s *subscriptions) GetSlice() []string { return s.texts }

// String returns the texts of the subscriptions; empty for none.
func (s *subscriptions) String() string { return strings.Join(s.texts, " ") }

// Type returns the name of the type in the help.
func (*subscriptions) Type() string { return "subscription" }
