// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"fmt"
	"io"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Logs returns the last lines of a container's output.
func (c *Client) Logs(ctx context.Context, k v1alpha1.Key, lines int) (string, error) {
	body, err := c.LogStream(ctx, k, v1alpha1.LogOptions{Tail: lines})
	if err != nil {
		return "", err
	}
	defer func() { _ = body.Close() }()
	data, err := io.ReadAll(body)
	if err != nil {
		return "", fmt.Errorf("read the log of %s: %w", k, err)
	}
	return string(data), nil
}

// LogStream returns a container's output. The caller must close it. With Follow it
// ends when the container exits.
func (c *Client) LogStream(ctx context.Context, k v1alpha1.Key, opts v1alpha1.LogOptions) (io.ReadCloser, error) {
	return c.do(ctx, path(k)+"/log", opts.Query(), "text/plain")
}
