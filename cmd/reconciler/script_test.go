// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

// leakless fails when goroutines outlive the tests.
type leakless struct{ *testing.M }

func (m leakless) Run() int {
	code := m.M.Run()
	// The library of the live view blocks on a key that arrives while it ends.
	reader := goleak.IgnoreAnyFunction("github.com/charmbracelet/ultraviolet.(*TerminalReader).sendEvents")
	if err := goleak.Find(reader); err != nil && code == 0 {
		fmt.Fprintf(os.Stderr, "goroutines outlive the tests: %v\n", err)
		return 1
	}
	return code
}

func TestMain(m *testing.M) {
	testscript.Main(leakless{m}, map[string]func(){"reconciler": main})
}

// TestScript runs the scripts in testdata/script. The command world serves an API
// whose objects come from a file of the script.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			dir, err := os.MkdirTemp("", "rt") // short, because paths of sockets are limited
			if err != nil {
				return err
			}
			e.Defer(func() { _ = os.RemoveAll(dir) })
			e.Setenv("RECONCILER_SOCKET", dir+"/s")
			e.Setenv("XDG_STATE_HOME", dir+"/state")
			// The race detector makes each command wait a second before it exits.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			e.Values[worldKey{}] = newWorld(dir + "/s")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"world":      func(ts *testscript.TestScript, neg bool, args []string) { worldOf(ts).command(ts, neg, args) },
			"watched":    func(ts *testscript.TestScript, neg bool, args []string) { worldOf(ts).waitWatched(ts, neg, args) },
			"eventually": eventually,
		},
	})
}

// eventually is the command `eventually PROGRAM ARG..`: it runs the program until it
// succeeds.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: eventually PROGRAM ARG..")
	}
	limit := time.After(time.Minute)
	for ts.Exec(args[0], args[1:]...) != nil {
		select {
		case <-time.After(50 * time.Millisecond):
		case <-limit:
			ts.Fatalf("it never succeeds")
		}
	}
}
