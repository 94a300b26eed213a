// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	// hookAttempts is the maximum number of runs of a command that fails.
	hookAttempts = 3
	// maxVariable limits the bytes of an environment variable, because the system
	// limits their total size. The JSON on standard input is complete.
	maxVariable = 4096
	// maxOutput limits the bytes of output in the error of a failed command.
	maxOutput = 500
)

// hook runs a command of the user with the shell. The command reads the
// notification as JSON from standard input and from environment variables; it is
// never part of the text that the shell parses.
type hook struct{ command string }

// ParseHook parses "EVENTS=COMMAND", for example "failed=./page.sh".
func ParseHook(text string) (Subscription, error) {
	words, command, found := strings.Cut(text, "=")
	if !found || strings.TrimSpace(command) == "" {
		return Subscription{}, fmt.Errorf("hook %q: want EVENTS=COMMAND, for example failed=./page.sh", text)
	}
	f, err := ParseFilter(words)
	if err != nil {
		return Subscription{}, fmt.Errorf("hook %q: %w", text, err)
	}
	return Subscription{Filter: f, Target: hook{command}, Attempts: hookAttempts}, nil
}

// Kind returns KindHook.
func (hook) Kind() string { return KindHook }

// String returns the command.
func (h hook) String() string { return h.command }

// Deliver runs the command. It returns an error unless the exit code is 0.
func (h hook) Deliver(ctx context.Context, n Notification) error {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", h.command)
	cmd.Stdin = bytes.NewReader(n.body())
	cmd.Env = append(os.Environ(), n.variables()...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	killGroup(cmd)
	if err := cmd.Run(); err != nil {
		text := strings.TrimSpace(out.String())
		return fmt.Errorf("hook: %w: %s", err, text[:min(len(text), maxOutput)])
	}
	return nil
}

// variables returns the environment variables of a command.
func (n Notification) variables() []string {
	var out []string
	for _, v := range [][2]string{
		{"ID", n.ID},
		{"TYPE", string(n.Type)},
		{"SEVERITY", string(n.Severity)},
		{"REASON", n.Reason},
		{"MESSAGE", n.Message},
		{"KIND", string(n.Kind)},
		{"NAMESPACE", n.Namespace},
		{"NAME", n.Name},
	} {
		value := strings.ReplaceAll(v[1], "\x00", "") // would end the variable
		out = append(out, "RECONCILER_EVENT_"+v[0]+"="+value[:min(len(value), maxVariable)])
	}
	return append(out, "RECONCILER_INSTANCE="+n.Instance)
}
