// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package cli

import "os"

// resized never tells: the system has no signal for it.
func resized() (changed <-chan os.Signal, stop func()) { return nil, func() {} }
