// SPDX-License-Identifier: Apache-2.0

package streams

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// execProtocolV4 is the protocol of older clients, and of SPDY. It has no
// v1alpha1.ChannelClose.
const execProtocolV4 = "v4.channel.k8s.io"

// serveExec runs a command in a container, over a websocket or SPDY.
func (h *Handler) serveExec(w http.ResponseWriter, r *http.Request, k spec.Key) {
	opts := v1alpha1.ExecOptions{Command: r.URL.Query()["command"], TTY: rest.Flag(r, "tty")}
	switch {
	case len(opts.Command) == 0:
		rest.WriteError(w, apierrors.NewBadRequest("you must specify at least one command for the container"))
	case isSPDY(r):
		h.execSPDY(w, r, k, opts)
	case offersWebsocket(w, r, v1alpha1.ExecProtocol, execProtocolV4):
		h.execWebsocket(w, r, k, opts)
	default:
		writeUpgradeRequired(w, "exec", v1alpha1.ExecProtocol)
	}
}

// session is the connection of one exec.
type session struct {
	// stdin and resize are nil if the client sends none.
	stdin, resize  io.Reader
	stdout, stderr io.Writer
	// finish sends the status of the command, the last message.
	finish func(status []byte)
	// close closes the connection. It may be called more than once.
	close func()
	// closed blocks until either end closes the connection.
	closed func()
}

// run runs a command with the streams of a session, sends its status and closes
// the session. If the client closes the connection, the command is canceled.
func (h *Handler) run(ctx context.Context, k spec.Key, opts v1alpha1.ExecOptions, s session) {
	ctx, cancel := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer cancel()
	background.Go(func() {
		s.closed()
		cancel()
	})
	background.Go(func() {
		<-ctx.Done()
		s.close()
	})
	opts.Stdin, opts.Stdout, opts.Stderr = s.stdin, s.stdout, s.stderr
	if s.resize != nil {
		sizes := make(chan v1alpha1.TerminalSize, 1)
		opts.Resize = sizes
		background.Go(func() { readSizes(s.resize, sizes) })
	}
	code, err := h.opts.Exec.Exec(ctx, k, opts)
	if ctx.Err() != nil {
		return
	}
	data, err := json.Marshal(execStatus(code, err))
	if err == nil {
		s.finish(data)
	}
}

// readSizes reads the sizes of the terminal until the connection is closed. If
// the command does not keep up, it gets the newest size only.
func readSizes(from io.Reader, to chan v1alpha1.TerminalSize) {
	for decoder := json.NewDecoder(from); ; {
		var size v1alpha1.TerminalSize
		if decoder.Decode(&size) != nil {
			// Keep reading, because an unread stream blocks the others.
			_, _ = io.Copy(io.Discard, from)
			return
		}
		select {
		case <-to:
		default:
		}
		to <- size
	}
}

// execStatus returns the status of a command that ended with an exit code or an
// error.
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
