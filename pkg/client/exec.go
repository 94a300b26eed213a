// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/websocket"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Exec runs a command in a container until it ends, and is its exit code. A
// pending read of Stdin may outlive it.
func (c *Client) Exec(ctx context.Context, k spec.Key, opts v1alpha1.ExecOptions) (int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	conn, err := c.upgrade(ctx, path(k)+"/exec", opts.Query())
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if opts.Stdin != nil {
		go sendInput(conn, opts.Stdin)
	}
	if opts.Resize != nil {
		go sendSizes(ctx, conn, opts.Resize)
	}
	code, err := readOutput(conn, opts)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return code, err
}

// upgrade asks for a websocket.
func (c *Client) upgrade(ctx context.Context, path string, query url.Values) (*websocket.Conn, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, origin+path+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", path, err)
	}
	raw, err := c.dial(ctx)
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	conn, refused, err := websocket.Ask(raw, req, v1alpha1.ExecProtocol)
	if conn != nil {
		return conn, nil
	}
	defer func() { _ = raw.Close() }()
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	defer func() { _ = refused.Body.Close() }()
	return nil, refusal(refused)
}

func sendInput(conn *websocket.Conn, stdin io.Reader) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := stdin.Read(buffer)
		if n > 0 && conn.Write(append([]byte{v1alpha1.ChannelStdin}, buffer[:n]...)) != nil {
			return
		}
		if err != nil {
			_ = conn.Write([]byte{v1alpha1.ChannelClose, v1alpha1.ChannelStdin})
			return
		}
	}
}

func sendSizes(ctx context.Context, conn *websocket.Conn, sizes <-chan v1alpha1.TerminalSize) {
	for {
		select {
		case <-ctx.Done():
			return
		case size, open := <-sizes:
			data, err := json.Marshal(size)
			if !open || err != nil || conn.Write(append([]byte{v1alpha1.ChannelResize}, data...)) != nil {
				return
			}
		}
	}
}

// readOutput hands out what the command writes, until it says how it ended.
func readOutput(conn *websocket.Conn, opts v1alpha1.ExecOptions) (int, error) {
	for {
		message, err := conn.Read()
		if err != nil {
			return 0, fmt.Errorf("the controller ended the command: %w", err)
		}
		if len(message) == 0 {
			continue
		}
		var to io.Writer
		switch message[0] {
		case v1alpha1.ChannelStdout:
			to = opts.Stdout
		case v1alpha1.ChannelStderr:
			to = opts.Stderr
		case v1alpha1.ChannelStatus:
			return exitCode(message[1:])
		}
		if to == nil {
			continue
		}
		if _, err := to.Write(message[1:]); err != nil {
			return 0, err
		}
	}
}

// exitCode reads how a command ended.
func exitCode(data []byte) (int, error) {
	var s metav1.Status
	if err := json.Unmarshal(data, &s); err != nil {
		return 0, fmt.Errorf("read how the command ended: %w", err)
	}
	if s.Status == metav1.StatusSuccess {
		return 0, nil
	}
	if s.Reason == v1alpha1.ExitCodeReason && s.Details != nil {
		for _, cause := range s.Details.Causes {
			if code, err := strconv.Atoi(cause.Message); cause.Type == v1alpha1.ExitCodeCause && err == nil {
				return code, nil
			}
		}
	}
	if s.Message == "" {
		return 0, errors.New("the command did not end well, and nobody says why")
	}
	return 0, &apierrors.StatusError{ErrStatus: s}
}
