// SPDX-License-Identifier: Apache-2.0

// Package notify tells others what happens: commands and web addresses that the
// user named. It follows the status store, keeps what is to be delivered in
// bounded queues in memory, and tries again until it is delivered, too old or
// pushed out. It holds up nobody and decides nothing. The run command makes it.
package notify
