// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"fmt"
	"io"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Logs are the last lines of a container's output.
func (c *Client) Logs(ctx context.Context, k spec.Key, lines int) (string, error) {
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

// LogStream is a container's output, to be closed. One that follows ends when
// the container does.
func (c *Client) LogStream(ctx context.Context, k spec.Key, opts v1alpha1.LogOptions) (io.ReadCloser, error) {
	return c.do(ctx, path(k)+"/log", opts.Query(), "text/plain")
}
