// SPDX-License-Identifier: Apache-2.0

//go:build unix

package notify

import (
	"os/exec"
	"syscall"
)

// killGroup makes the cancellation of a command also kill its child processes.
func killGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
