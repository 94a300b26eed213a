// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
)

// memoryBehaviour returns the behaviour of containers of the in-memory engine: some
// output, and a few commands for exec.
func memoryBehaviour() memory.ImageBehaviour {
	return memory.ImageBehaviour{
		Logs: []string{"started on the in-memory engine; no process runs"},
		Exec: func(_ context.Context, call memory.ExecCall) int { return execInMemory(call) },
	}
}

// execInMemory implements cat and exit, and echoes any other command.
func execInMemory(call memory.ExecCall) int {
	switch command := call.Command; {
	case command[0] == "cat" && call.Stdin != nil:
		_, _ = io.Copy(call.Stdout, call.Stdin)
	case command[0] == "exit" && len(command) > 1:
		code, _ := strconv.Atoi(command[1])
		return code
	default:
		fmt.Fprintln(call.Stdout, strings.Join(command, " "))
	}
	return 0
}
