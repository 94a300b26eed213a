// SPDX-License-Identifier: Apache-2.0

// Package notify delivers events to the commands and web addresses that the user
// configured. It follows the status store, keeps undelivered notifications in
// bounded queues in memory, and retries until a notification is delivered, too old
// or displaced. It blocks no caller and decides nothing. The daemon creates the
// Notifier.
package notify
