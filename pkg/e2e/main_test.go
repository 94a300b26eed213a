// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// binary is the path of the program under test, root the path of the repository.
var binary, root string

func TestMain(m *testing.M) {
	code, err := prepared(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

// prepared builds the images and the binary and runs the tests.
func prepared(m *testing.M) (code int, err error) {
	if root, err = filepath.Abs("../.."); err != nil {
		return 1, err
	}
	dir, err := os.MkdirTemp("", "reconciler-e2e-")
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "reconciler")
	if err := os.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state")); err != nil {
		return 1, err
	}
	build := []string{"build", "-o", binary}
	if raceEnabled {
		build = append(build, "-race")
	}
	for _, command := range [][]string{
		{filepath.Join(root, "hack", "engine.sh"), "ensure"},
		{filepath.Join(root, "hack", "images.sh")},
		append(append([]string{"go"}, build...), "./cmd/reconciler"),
	} {
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			return 1, fmt.Errorf("%v: %w\n%s", command, err, out)
		}
	}
	return m.Run(), nil
}
