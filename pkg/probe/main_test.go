// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if code, mine := runConnectCommand(); mine {
		os.Exit(code)
	}
	if os.Getenv(listenInside) != "" {
		fmt.Fprintln(os.Stderr, serveInside())
		os.Exit(1)
	}
	if name := os.Getenv(benchServer); name != "" {
		if err := serveBench(name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}
