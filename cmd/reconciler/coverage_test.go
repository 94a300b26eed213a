// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/cli"
)

// TestEveryCommandIsTested finds every command in a script with a running controller
// and in a test with a real engine.
func TestEveryCommandIsTested(t *testing.T) {
	script, err := os.ReadFile("testdata/script/commands.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../pkg/e2e/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests []byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tests = append(tests, text...)
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
			t.Errorf("commands.txtar does not run %s", cmd.Name())
		}
		// For example r.cli("get", ..), r.expect(0, "get", ..) and []string{"get", ..}.
		if !regexp.MustCompile(`(\((\d, )?|string\{|, \{)"` + cmd.Name() + `"`).Match(tests) {
			t.Errorf("no end-to-end test runs %s", cmd.Name())
		}
	}
}
