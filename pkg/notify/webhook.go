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

// webhook posts to a web address.
type webhook struct {
	url    *url.URL
	client *http.Client
}

// ParseWebhook reads "URL" or "EVENTS=URL". Without events it is told of all of
// them, samples aside.
func ParseWebhook(text string) (Subscription, error) {
	filter, address := events, text
	if words, rest, found := strings.Cut(text, "="); found && !strings.Contains(words, "/") {
		f, err := ParseFilter(words)
		if err != nil {
			return Subscription{}, fmt.Errorf("webhook: %w", err)
		}
		filter, address = f, rest
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Subscription{}, errors.New("webhook: want an http or https URL, with events before it if not all are wanted: failed=https://example.org/hook")
	}
	client := &http.Client{ // another place is not what the user named
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return Subscription{Filter: filter, Target: webhook{u, client}}, nil
}

// Kind is that of web addresses.
func (webhook) Kind() string { return KindWebhook }

// String is where it leads, without what may be secret of the address.
func (w webhook) String() string { return w.url.Scheme + "://" + w.url.Host }

// Deliver posts the notification; an answer of 2xx means that it is delivered.
func (w webhook) Deliver(ctx context.Context, n Notification) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url.String(), bytes.NewReader(n.body()))
	if err != nil {
		return fmt.Errorf("webhook %s: bad request", w)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "reconciler")
	req.Header.Set("Reconciler-Event-Id", n.ID)
	resp, err := w.client.Do(req)
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // the wrapping tells the whole address
	}
	if err != nil {
		return fmt.Errorf("webhook %s: %w", w, err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("webhook %s: the answer was %s", w, resp.Status)
	}
	return nil
}
