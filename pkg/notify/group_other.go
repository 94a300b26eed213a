// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package notify

import "os/exec"

func killGroup(*exec.Cmd) {}
