// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package cli

// memoryBytes is what this machine has; zero means that it is not known.
func memoryBytes() uint64 { return 0 }
