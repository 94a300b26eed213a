// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/websocket"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Exec runs commands in containers.
type Exec interface {
	// Exec runs a command in a container until it ends, and is its exit code. It
	// gives up when ctx ends. An engine.Error of code NotFound says that there is
	// no container that runs. It does not wait for Stdin.
	Exec(ctx context.Context, k spec.Key, opts ExecOptions) (int, error)
}

// ExecOptions say what to run and what it is connected to.
type ExecOptions struct {
	Command []string
	// TTY gives it a terminal, whose output is Stdout alone.
	TTY bool
	// Stdin is nil when there is none.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Resize tells the sizes of the terminal; nil when there is none.
	Resize <-chan TerminalSize
}

// TerminalSize is the size of a terminal in characters.
type TerminalSize struct{ Width, Height uint16 }

// The channels of an exec: the first byte of each message.
const (
	// ChannelStdin carries input; a message without any means nothing.
	ChannelStdin = 0
	// ChannelStdout and ChannelStderr carry output.
	ChannelStdout = 1
	ChannelStderr = 2
	// ChannelStatus carries a metav1.Status, the last message.
	ChannelStatus = 3
	// ChannelResize carries a TerminalSize as JSON.
	ChannelResize = 4
	// ChannelClose ends the channel that its second byte names.
	ChannelClose = 255
)

// ExecProtocol is the protocol of an exec; execProtocolOld has no ChannelClose.
const (
	ExecProtocol    = "v5.channel.k8s.io"
	execProtocolOld = "v4.channel.k8s.io"
)

// ExitCodeReason is the reason of the Status of a command that ended with an
// exit code other than 0, and ExitCodeCause the type of the cause that says it.
const (
	ExitCodeReason metav1.StatusReason = "NonZeroExitCode"
	ExitCodeCause  metav1.CauseType    = "ExitCode"
)

// serveExec runs a command over a websocket.
func (s *server) serveExec(w http.ResponseWriter, r *http.Request, k spec.Key) {
	opts := ExecOptions{Command: r.URL.Query()["command"], TTY: flag(r, "tty")}
	if len(opts.Command) == 0 {
		writeError(w, apierrors.NewBadRequest("you must specify at least one command for the container"))
		return
	}
	if asksForSPDY(r) {
		s.execSPDY(w, r, k, opts)
		return
	}
	conn, err := websocket.Accept(w, r, ExecProtocol, execProtocolOld)
	if err != nil {
		w.Header().Set("Upgrade", "websocket")
		writeError(w, refuse(http.StatusUpgradeRequired, "UpgradeRequired", "exec needs a websocket of %s", ExecProtocol))
		return
	}
	s.exec(r, conn, k, opts)
}

// exec runs the command and says how it ended.
func (s *server) exec(r *http.Request, conn *websocket.Conn, k spec.Key, opts ExecOptions) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	stopClosing := context.AfterFunc(ctx, func() { _ = conn.Close() })
	in, stdin := io.Pipe()
	resize := make(chan TerminalSize, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer cancel()
		_ = stdin.CloseWithError(receive(conn, stdin, resize))
	}()
	if flag(r, "stdin") {
		opts.Stdin = in
	}
	opts.Stdout = channelWriter{conn, ChannelStdout}
	if opts.TTY {
		opts.Resize = resize
	} else {
		opts.Stderr = channelWriter{conn, ChannelStderr}
	}
	code, err := s.Exec.Exec(ctx, k, opts)
	_ = in.Close() // whoever still writes is let go
	if stopClosing() {
		_, _ = channelWriter{conn, ChannelStatus}.Write(encode(execStatus(code, err)))
		_ = conn.Close()
	}
	<-ended
}

// receive hands on what the client sends, until it sends no more.
func receive(conn *websocket.Conn, stdin *io.PipeWriter, resize chan TerminalSize) error {
	for {
		message, err := conn.Read()
		switch {
		case err != nil:
			return err
		case len(message) == 0:
			continue
		}
		switch message[0] {
		case ChannelStdin:
			if len(message) > 1 {
				_, _ = stdin.Write(message[1:])
			}
		case ChannelResize:
			var size TerminalSize
			if json.Unmarshal(message[1:], &size) == nil {
				select { // only the newest size counts
				case <-resize:
				default:
				}
				resize <- size
			}
		case ChannelClose:
			if len(message) > 1 && message[1] == ChannelStdin {
				_ = stdin.Close()
			}
		}
	}
}

// execStatus says how a command ended.
func execStatus(code int, err error) metav1.Status {
	switch {
	case err != nil:
		return statusOf(err)
	case code == 0:
		return metav1.Status{Status: metav1.StatusSuccess}
	}
	return metav1.Status{
		Status:  metav1.StatusFailure,
		Reason:  ExitCodeReason,
		Message: fmt.Sprintf("command terminated with non-zero exit code: exit status %d", code),
		Details: &metav1.StatusDetails{Causes: []metav1.StatusCause{{Type: ExitCodeCause, Message: strconv.Itoa(code)}}},
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
