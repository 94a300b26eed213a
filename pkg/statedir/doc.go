// SPDX-License-Identifier: Apache-2.0

// Package statedir locates the state of an instance that outlives its process:
// the containers that users hold, and the credentials of the API. It decides on
// paths, creates the directory and checks that other users cannot write to it; the
// packages that own the files read and write them. The daemon and the API server
// call it.
package statedir
