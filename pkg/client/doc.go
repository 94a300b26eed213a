// SPDX-License-Identifier: Apache-2.0

// Package client speaks to a running controller over its unix socket. It turns
// what the API answers into the API's types and its failures into errors that
// say what to do next. It prints nothing. The commands use it.
package client
