// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// webhook posts notifications to a web address.
type webhook struct {
	url    *url.URL
	client *http.Client
}

// ParseWebhook parses "URL" or "EVENTS=URL". Without EVENTS the subscription
// selects all events, but no samples.
func ParseWebhook(text string) (Subscription, error) {
	filter, address := allEvents, text
	if words, rest, found := strings.Cut(text, "="); found && !strings.Contains(words, "/") {
		f, err := ParseFilter(words)
		if err != nil {
			return Subscription{}, fmt.Errorf("webhook: %w", err)
		}
		filter, address = f, rest
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Subscription{}, errors.New("webhook: want [EVENTS=]URL with an http or https URL, for example failed=https://example.org/hook")
	}
	client := &http.Client{ // a redirect could lead to an address that the user did not configure
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return Subscription{Filter: filter, Target: webhook{u, client}}, nil
}

// Kind returns KindWebhook.
func (webhook) Kind() string { return KindWebhook }

// String returns the scheme and host of the URL; the rest may hold secrets.
func (w webhook) String() string { return w.url.Scheme + "://" + w.url.Host }

// Deliver posts the notification. It returns an error unless the response status
// is 2xx.
func (w webhook) Deliver(ctx context.Context, n Notification) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url.String(), bytes.NewReader(n.body()))
	if err != nil {
		return fmt.Errorf("webhook %s: cannot create the request", w)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "reconciler")
	req.Header.Set("Reconciler-Event-Id", n.ID)
	resp, err := w.client.Do(req)
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // url.Error contains the whole URL
	}
	if err != nil {
		return fmt.Errorf("webhook %s: %w", w, err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // allows reuse of the connection
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("webhook %s: unexpected response %s", w, resp.Status)
	}
	return nil
}
