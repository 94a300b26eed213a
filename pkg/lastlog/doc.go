// SPDX-License-Identifier: Apache-2.0

// Package lastlog keeps the last lines of the output of containers that failed,
// which help to find the cause. It reads the log of a container once for each
// failure, limits the number and length of lines, and makes no decision. The
// controller calls it before it acts on a failed container, whose log may be gone
// afterwards.
package lastlog
