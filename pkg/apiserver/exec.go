// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/websocket"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Exec runs commands in containers.
type Exec interface {
	// Exec runs a command in a container until it ends, and is its exit code. It
	// gives up when ctx ends. An engine.Error of code NotFound says that there is
	// no container that runs. It does not wait for Stdin.
	Exec(ctx context.Context, k spec.Key, opts v1alpha1.ExecOptions) (int, error)
}

// execProtocolOld has no v1alpha1.ChannelClose.
const execProtocolOld = "v4.channel.k8s.io"

// serveExec runs a command over a websocket.
func (s *server) serveExec(w http.ResponseWriter, r *http.Request, k spec.Key) {
	opts := v1alpha1.ExecOptions{Command: r.URL.Query()["command"], TTY: rest.Flag(r, "tty")}
	if len(opts.Command) == 0 {
		rest.WriteError(w, apierrors.NewBadRequest("you must specify at least one command for the container"))
		return
	}
	if asksForSPDY(r) {
		s.execSPDY(w, r, k, opts)
		return
	}
	conn, err := websocket.Accept(w, r, v1alpha1.ExecProtocol, execProtocolOld)
	if err != nil {
		w.Header().Set("Upgrade", "websocket")
		rest.WriteError(w, rest.Errorf(http.StatusUpgradeRequired, "UpgradeRequired", "exec needs a websocket of %s", v1alpha1.ExecProtocol))
		return
	}
	s.exec(r, conn, k, opts)
}

// exec runs the command and says how it ended.
func (s *server) exec(r *http.Request, conn *websocket.Conn, k spec.Key, opts v1alpha1.ExecOptions) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	stopClosing := context.AfterFunc(ctx, func() { _ = conn.Close() })
	in, stdin := io.Pipe()
	resize := make(chan v1alpha1.TerminalSize, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer cancel()
		_ = stdin.CloseWithError(receive(conn, stdin, resize))
	}()
	if rest.Flag(r, "stdin") {
		opts.Stdin = in
	}
	opts.Stdout = channelWriter{conn, v1alpha1.ChannelStdout}
	if opts.TTY {
		opts.Resize = resize
	} else {
		opts.Stderr = channelWriter{conn, v1alpha1.ChannelStderr}
	}
	code, err := s.Exec.Exec(ctx, k, opts)
	_ = in.Close() // whoever still writes is let go
	if stopClosing() {
		_, _ = channelWriter{conn, v1alpha1.ChannelStatus}.Write(encode(execStatus(code, err)))
		_ = conn.Close()
	}
	<-ended
}

// receive hands on what the client sends, until it sends no more.
func receive(conn *websocket.Conn, stdin *io.PipeWriter, resize chan v1alpha1.TerminalSize) error {
	for {
		message, err := conn.Read()
		switch {
		case err != nil:
			return err
		case len(message) == 0:
			continue
		}
		switch message[0] {
		case v1alpha1.ChannelStdin:
			if len(message) > 1 {
				_, _ = stdin.Write(message[1:])
			}
		case v1alpha1.ChannelResize:
			var size v1alpha1.TerminalSize
			if json.Unmarshal(message[1:], &size) == nil {
				select { // only the newest size counts
				case <-resize:
				default:
				}
				resize <- size
			}
		case v1alpha1.ChannelClose:
			if len(message) > 1 && message[1] == v1alpha1.ChannelStdin {
				_ = stdin.Close()
			}
		}
	}
}

// execStatus says how a command ended.
func execStatus(code int, err error) metav1.Status {
	switch {
	case err != nil:
		return rest.StatusOf(err)
	case code == 0:
		return metav1.Status{Status: metav1.StatusSuccess}
	}
	return metav1.Status{
		Status:  metav1.StatusFailure,
		Reason:  v1alpha1.ExitCodeReason,
		Message: fmt.Sprintf("command terminated with non-zero exit code: exit status %d", code),
		Details: &metav1.StatusDetails{Causes: []metav1.StatusCause{{Type: v1alpha1.ExitCodeCause, Message: strconv.Itoa(code)}}},
	}
}

// channelWriter sends what is written over a channel.
type channelWriter struct {
	conn    *websocket.Conn
	channel byte
}

// Write sends p as messages.
func (c channelWriter) Write(p []byte) (int, error) {
	for n := 0; n < len(p); {
		part := p[n:min(len(p), n+websocket.MaxMessage/2)]
		if err := c.conn.Write(append([]byte{c.channel}, part...)); err != nil {
			return n, err
		}
		n += len(part)
	}
	return len(p), nil
}
