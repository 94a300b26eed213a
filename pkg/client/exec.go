// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"golang.org/x/net/websocket"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Exec runs a command in a container and returns its exit code. It returns early,
// with the error of ctx, when ctx ends. A pending read of opts.Stdin is not
// interrupted, so that the read may outlive the call.
func (c *Client) Exec(ctx context.Context, k v1alpha1.Key, opts v1alpha1.ExecOptions) (int, error) {
	ctx, cancel := context.WithCancel(ctx)
	conn, err := c.openWebsocket(ctx, path(k)+"/exec?"+opts.Query().Encode(), v1alpha1.ExecProtocol)
	if err != nil {
		cancel()
		return 0, err
	}
	var background sync.WaitGroup
	defer background.Wait()
	defer cancel()
	background.Go(func() {
		<-ctx.Done()
		conn.close()
	})
	if opts.Stdin != nil {
		go sendInput(conn.Conn, opts.Stdin) // not waited for: its read cannot be interrupted
	}
	if opts.Resize != nil {
		background.Go(func() { sendSizes(ctx, conn.Conn, opts.Resize) })
	}
	code, err := readOutput(conn.Conn, opts)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return code, err
}

// sendInput sends stdin until its end or until the connection is closed.
func sendInput(conn *websocket.Conn, stdin io.Reader) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := stdin.Read(buffer)
		if n > 0 && websocket.Message.Send(conn, append([]byte{v1alpha1.ChannelStdin}, buffer[:n]...)) != nil {
			return
		}
		if err != nil {
			_ = websocket.Message.Send(conn, []byte{v1alpha1.ChannelClose, v1alpha1.ChannelStdin})
			return
		}
	}
}

// sendSizes sends the sizes of the terminal until ctx ends.
func sendSizes(ctx context.Context, conn *websocket.Conn, sizes <-chan v1alpha1.TerminalSize) {
	for {
		select {
		case <-ctx.Done():
			return
		case size, open := <-sizes:
			data, err := json.Marshal(size)
			if !open || err != nil || websocket.Message.Send(conn, append([]byte{v1alpha1.ChannelResize}, data...)) != nil {
				return
			}
		}
	}
}

// readOutput writes the output of the command to the writers in opts, and returns
// its exit code.
func readOutput(conn *websocket.Conn, opts v1alpha1.ExecOptions) (int, error) {
	for {
		var message []byte
		if err := websocket.Message.Receive(conn, &message); err != nil {
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

// exitCode returns the exit code in the status of a command, or the error with
// which the command failed.
func exitCode(data []byte) (int, error) {
	var s metav1.Status
	if err := json.Unmarshal(data, &s); err != nil {
		return 0, fmt.Errorf("decode the status of the command: %w", err)
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
		return 0, errors.New("the command failed and the server gave no reason")
	}
	return 0, &apierrors.StatusError{ErrStatus: s}
}
