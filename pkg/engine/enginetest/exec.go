// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"bytes"
	"context"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Tools are commands in the image of Server.
type Tools struct {
	// Say writes a line to each stream and exits with a code.
	Say func(stdout, stderr string, code int) []string
	// Copy copies its input to its output.
	Copy []string
	// Show writes "uid:gid mode content" of a file, the mode as in 0644.
	Show func(path string) []string
	// Value writes the value of a variable and a line feed.
	Value func(name string) []string
	// Terminal writes "WIDTHxHEIGHT" as soon as its terminal has a size.
	Terminal []string
	// None is a command that does not exist.
	None []string
}

func execTests() []obligation {
	return []obligation{
		{"exec_returns_output_and_exit_code", execReturns},
		{"exec_reads_the_input", execReads},
		{"exec_has_the_environment", execEnvironment},
		{"exec_has_a_terminal_with_a_size", execTerminal},
		{"exec_of_a_missing_command_is_126_or_127", execMissing},
		{"exec_requires_a_running_container", execWantsRunning},
		{"exec_ends_with_its_context", execEnds},
	}
}

// exec runs a command and returns its exit code and output.
func (b *bench) exec(id engine.ID, opts engine.ExecOptions) (code int, stdout, stderr string) {
	b.t.Helper()
	var out, errs bytes.Buffer
	opts.Stdout, opts.Stderr = &out, &errs
	code, err := b.Exec(b.ctx, id, opts)
	b.noError(err)
	return code, out.String(), errs.String()
}

func execReturns(b *bench) {
	id := b.run(b.server("web"))
	code, out, errs := b.exec(id, engine.ExecOptions{Command: b.h.Tools.Say("to stdout", "to stderr", 3)})
	equal(b, "exit code", code, 3)
	equal(b, "stdout", out, "to stdout\n")
	equal(b, "stderr", errs, "to stderr\n")
	code, err := b.Exec(b.ctx, id, engine.ExecOptions{Command: b.h.Tools.Say("to nil", "to nil", 0)})
	b.noError(err)
	equal(b, "exit code", code, 0)
}

func execReads(b *bench) {
	id := b.run(b.server("web"))
	input := strings.Repeat("a line of input\n", 10_000)
	_, out, _ := b.exec(id, engine.ExecOptions{Command: b.h.Tools.Copy, Stdin: strings.NewReader(input)})
	equal(b, "bytes copied", len(out), len(input))
	equal(b, "copy equals the input", out == input, true)
}

func execEnvironment(b *bench) {
	cfg := b.server("web")
	cfg.Env = []string{"OF_CONTAINER=1"}
	id := b.run(cfg)
	_, out, _ := b.exec(id, engine.ExecOptions{Command: b.h.Tools.Value("OF_CONTAINER")})
	equal(b, "the container's variable", out, "1\n")
	_, out, _ = b.exec(id, engine.ExecOptions{Command: b.h.Tools.Value("OF_COMMAND"), Env: []string{"OF_COMMAND=2"}})
	equal(b, "the command's variable", out, "2\n")
}

func execTerminal(b *bench) {
	id := b.run(b.server("web"))
	sizes := make(chan engine.TerminalSize, 1)
	sizes <- engine.TerminalSize{Width: 132, Height: 43}
	_, out, errs := b.exec(id, engine.ExecOptions{Command: b.h.Tools.Terminal, TTY: true, Resize: sizes})
	equal(b, "size", strings.TrimSpace(out), "132x43")
	equal(b, "stderr", errs, "")
}

func execMissing(b *bench) {
	id := b.run(b.server("web"))
	code, _, _ := b.exec(id, engine.ExecOptions{Command: b.h.Tools.None})
	equal(b, "126 or 127", code == 126 || code == 127, true)
}

func execWantsRunning(b *bench) {
	id := b.create(b.server("web"))
	_, err := b.Exec(b.ctx, id, engine.ExecOptions{Command: b.h.Tools.Copy})
	b.hasCode(err, engine.NotRunning)
	b.noError(b.Remove(b.ctx, id))
	_, err = b.Exec(b.ctx, id, engine.ExecOptions{Command: b.h.Tools.Copy})
	b.hasCode(err, engine.NotFound)
}

// endless is an input without data until done is closed.
type endless struct{ done <-chan struct{} }

func (e endless) Read([]byte) (int, error) {
	<-e.done
	return 0, context.Canceled
}

func execEnds(b *bench) {
	id := b.run(b.server("web"))
	ctx, cancel := context.WithCancel(b.ctx)
	ended := make(chan error, 1)
	go func() {
		_, err := b.Exec(ctx, id, engine.ExecOptions{Command: b.h.Tools.Copy, Stdin: endless{ctx.Done()}})
		ended <- err
	}()
	cancel()
	b.hasCode(<-ended, engine.Canceled)
}
