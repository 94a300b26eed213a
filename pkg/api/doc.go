// SPDX-License-Identifier: Apache-2.0

// Package api shows the status store over HTTP in the manner of the Kubernetes
// API: its paths, lists, watches, tables and Status errors. It also holds the
// types that a client decodes. It decides nothing; what a client writes goes into
// a manifest, where that is allowed, and never to the engine. The run command
// serves it on a unix socket and, for kubectl, over TLS.
//
// # Logs
//
// GET ../containers/NAME/log is a container's output as text, with tailLines
// (without it: all), sinceSeconds, sinceTime, timestamps and follow as
// Kubernetes has them. LogOptions.Query makes the parameters.
//
// # Exec
//
// GET ../containers/NAME/exec?command=A&command=B&stdin=true&tty=true is upgraded
// to a websocket of ExecProtocol, as kubectl speaks it: each message begins with
// the byte of its channel; the last one is a metav1.Status on ChannelStatus whose
// cause ExitCodeCause names an exit code other than 0. client.Exec is the other
// end. Older kubectls may ask for SPDY instead, by which ports are forwarded too.
package api
