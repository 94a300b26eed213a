// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
)

// pretended is what containers of --engine memory do: just enough for logs and
// exec to be tried.
func pretended() memory.ImageBehaviour {
	return memory.ImageBehaviour{
		Logs: []string{"started, on an engine in memory: nothing runs"},
		Exec: func(_ context.Context, call memory.ExecCall) int { return pretend(call) },
	}
}

// pretend does cat and exit, and else says what it was asked for.
func pretend(call memory.ExecCall) int {
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
