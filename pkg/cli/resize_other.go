// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package cli

import "os"

// notifyResize returns a channel without signals: this system has none for a resize.
func notifyResize() (changed <-chan os.Signal, stop func()) { return nil, func() {} }
