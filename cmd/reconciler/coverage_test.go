// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/cli"
)

// TestEveryCommandIsTried finds every command in the script that a running
// controller answers, and in a test on a real engine.
func TestEveryCommandIsTried(t *testing.T) {
	script, err := os.ReadFile("testdata/script/commands.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../pkg/e2e/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var ends []byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, text...)
	}
	commands := newRootCommand(cli.NewApp(nil, nil, nil)).Commands()
	if len(commands) == 0 {
		t.Fatal("there are no commands")
	}
	for _, cmd := range commands {
		if cmd.Hidden {
			continue
		}
		if !regexp.MustCompile(`(?m)^(eventually|!? ?exec) reconciler ` + cmd.Name() + `\b`).Match(script) {
			t.Errorf("commands.txtar does not try %s", cmd.Name())
		}
		// As in r.cli("get", ..), r.expect(0, "get", ..) and []string{"get", ..}.
		if !regexp.MustCompile(`(\((\d, )?|string\{|, \{)"` + cmd.Name() + `"`).Match(ends) {
			t.Errorf("no end-to-end test tries %s", cmd.Name())
		}
	}
}
