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
	// hookAttempts is how often a command is run that fails.
	hookAttempts = 3
	// maxVariable bounds what a variable holds: the system bounds them all
	// together. The JSON on standard input is whole.
	maxVariable = 4096
	// maxOutput bounds how much of a failed command's output is told.
	maxOutput = 500
)

// hook runs a command of the user's with the shell. What is told of reaches the
// command as JSON on its standard input and as variables; the shell never reads
// it as a part of the command.
type hook struct{ command string }

// ParseHook reads "EVENTS=COMMAND", as in "failed=./page.sh".
func ParseHook(text string) (Subscription, error) {
	words, command, found := strings.Cut(text, "=")
	if !found || strings.TrimSpace(command) == "" {
		return Subscription{}, fmt.Errorf("hook %q: want EVENTS=COMMAND, as in failed=./page.sh", text)
	}
	f, err := ParseFilter(words)
	if err != nil {
		return Subscription{}, fmt.Errorf("hook %q: %w", text, err)
	}
	return Subscription{Filter: f, Target: hook{command}, Attempts: hookAttempts}, nil
}

// Kind is that of commands.
func (hook) Kind() string { return KindHook }

// String is the command.
func (h hook) String() string { return h.command }

// Deliver runs the command; its exit code 0 means that it is delivered.
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

// variables are what a command finds in its environment.
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
		value := strings.ReplaceAll(v[1], "\x00", "") // what ends a variable
		out = append(out, "RECONCILER_EVENT_"+v[0]+"="+value[:min(len(value), maxVariable)])
	}
	return append(out, "RECONCILER_INSTANCE="+n.Instance)
}
