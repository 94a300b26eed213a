// SPDX-License-Identifier: Apache-2.0

// Package logging makes the log: text or JSON, with a level of its own for each
// component. It writes nothing by itself and holds no global. The run command
// makes one log and hands every part its component's.
package logging
