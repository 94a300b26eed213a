// SPDX-License-Identifier: Apache-2.0

package stats_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if socket := os.Getenv(fakeEngine); socket != "" {
		serveFakeEngine(socket)
		return
	}
	goleak.VerifyTestMain(m)
}
