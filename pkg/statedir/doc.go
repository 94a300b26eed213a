// SPDX-License-Identifier: Apache-2.0

// Package statedir locates the state of an instance that outlives its process:
// the lock, what users hold, and the credentials of the API. It only decides on
// paths and creates the directory; the packages that own the files read and
// write them. The daemon and the offline commands call it.
package statedir
