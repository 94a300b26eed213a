// SPDX-License-Identifier: Apache-2.0

// Package logging creates loggers with text or JSON output and a level for each
// component. It must not write messages itself and has no global state. The daemon
// creates one logger and passes each package the logger of its component.
package logging
