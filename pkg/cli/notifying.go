// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/pact-toolbox/reconciler/pkg/notify"
)

// notifying says who is told of what happens.
type notifying struct{ hooks, webhooks []string }

func (n *notifying) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&n.hooks, "hook", nil,
		"run a command when something happens, as `EVENTS=COMMAND` says: failed,unhealthy=./page.sh; * means everything")
	flags.StringArrayVar(&n.webhooks, "notify", nil,
		"post what happens to a web address, as `[EVENTS=]URL` says: https://example.org/hook, or failed=https://example.org/hook")
}

// subscriptions are what the flags ask for.
func (n *notifying) subscriptions() ([]notify.Subscription, error) {
	var out []notify.Subscription
	for _, text := range n.hooks {
		s, err := notify.ParseHook(text)
		if err != nil {
			return nil, fmt.Errorf("--hook: %w", err)
		}
		out = append(out, s)
	}
	for _, text := range n.webhooks {
		s, err := notify.ParseWebhook(text)
		if err != nil {
			return nil, fmt.Errorf("--notify: %w", err)
		}
		out = append(out, s)
	}
	return out, nil
}
