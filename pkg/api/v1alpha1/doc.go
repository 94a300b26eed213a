// SPDX-License-Identifier: Apache-2.0

// Package v1alpha1 holds the wire types of the API: objects with their status,
// events, the controller's state, approvals, user commands, and the parameters of
// logs and exec. It contains no server and no client code, and imports pkg/spec
// and pkg/condition only. pkg/status stores these types, pkg/client decodes them,
// and the command line needs nothing else to print them.
//
// # Logs
//
// GET .../containers/NAME/log returns the output of a container as text. The
// parameters tailLines (default: all), sinceSeconds, sinceTime, timestamps,
// previous and follow mean the same as in Kubernetes. LogOptions.Query builds
// them.
//
// # Exec
//
// GET .../containers/NAME/exec?command=A&command=B&stdin=true&tty=true upgrades to
// a websocket of ExecProtocol, as kubectl does. The first byte of each message is
// its channel. The last message is a metav1.Status on ChannelStatus; if the
// command failed, its cause of type ExitCodeCause contains the exit code.
package v1alpha1
