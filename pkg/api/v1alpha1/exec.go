// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	"io"
	"net/url"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ExecOptions describe a command and its streams.
type ExecOptions struct {
	Command []string
	// TTY allocates a terminal; its output goes to Stdout only.
	TTY bool
	// Stdin is nil if the command gets no input.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Resize delivers the sizes of the terminal; nil if there is none.
	Resize <-chan TerminalSize
}

// Query returns the options as the parameters of a request.
func (o ExecOptions) Query() url.Values {
	q := url.Values{"command": o.Command, "stdout": {"true"}}
	setFlags(q, map[string]bool{"stdin": o.Stdin != nil, "stderr": !o.TTY, "tty": o.TTY})
	return q
}

// TerminalSize is the size of a terminal in characters.
type TerminalSize struct{ Width, Height uint16 }

// ExecProtocol is the websocket subprotocol of an exec.
const ExecProtocol = "v5.channel.k8s.io"

// The channels of an exec: the first byte of each message.
const (
	// ChannelStdin carries input; an empty message has no meaning.
	ChannelStdin = 0
	// ChannelStdout carries output.
	ChannelStdout = 1
	// ChannelStderr carries error output.
	ChannelStderr = 2
	// ChannelStatus carries a metav1.Status, the last message.
	ChannelStatus = 3
	// ChannelResize carries a TerminalSize in JSON.
	ChannelResize = 4
	// ChannelClose closes the channel whose number is its second byte.
	ChannelClose = 255
)

// ExitCodeReason is the reason of the Status of a command with an exit code other
// than 0; ExitCodeCause is the type of the cause whose message is the exit code.
const (
	ExitCodeReason metav1.StatusReason = "NonZeroExitCode"
	ExitCodeCause  metav1.CauseType    = "ExitCode"
)
