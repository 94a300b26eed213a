// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package main

// memoryBytes is what this machine has; zero means that it is not known.
func memoryBytes() uint64 { return 0 }
