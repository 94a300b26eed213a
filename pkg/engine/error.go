// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
)

// Code classifies the failure of a call. The package documentation describes what
// the caller may conclude from each code.
type Code string

// The codes.
const (
	Unknown              Code = "Unknown"              // any other error
	NotFound             Code = "NotFound"             // the object itself does not exist
	Ambiguous            Code = "Ambiguous"            // several objects have the name
	NameInUse            Code = "NameInUse"            // another object has the name
	InUse                Code = "InUse"                // the object has users
	Conflict             Code = "Conflict"             // another change is in progress
	Invalid              Code = "Invalid"              // the engine refuses the request
	PortInUse            Code = "PortInUse"            // the host port is taken
	NetworkNotFound      Code = "NetworkNotFound"      // a required network does not exist
	SubnetOverlap        Code = "SubnetOverlap"        // the subnet overlaps, or none is free
	AddressInUse         Code = "AddressInUse"         // the address on the network is taken
	MountSourceMissing   Code = "MountSourceMissing"   // the volume or host path does not exist
	MountDenied          Code = "MountDenied"          // the engine must not mount the host path
	ReadOnly             Code = "ReadOnly"             // the file system is read-only
	NotRunning           Code = "NotRunning"           // the container does not run
	Paused               Code = "Paused"               // the container is paused
	PeerUnavailable      Code = "PeerUnavailable"      // a container whose namespace is shared does not run
	Unsupported          Code = "Unsupported"          // this engine lacks the feature
	PlatformMismatch     Code = "PlatformMismatch"     // the image is for another platform
	CommandNotFound      Code = "CommandNotFound"      // exit code 127
	CommandNotExecutable Code = "CommandNotExecutable" // exit code 126
	ImageNotFound        Code = "ImageNotFound"        // neither local nor in the registry
	ImageUnauthorized    Code = "ImageUnauthorized"    // the registry requires other credentials
	ImageUnavailable     Code = "ImageUnavailable"     // the registry does not serve the image at present
	DiskFull             Code = "DiskFull"             // no space is left
	Unreachable          Code = "Unreachable"          // no connection to the engine; outcome unknown
	Timeout              Code = "Timeout"              // the deadline passed; outcome unknown
	Canceled             Code = "Canceled"             // the context was cancelled; outcome unknown
)

// Error is the error of an engine call.
type Error struct {
	// Op is the call, for example "start container/4f2a".
	Op   string
	Code Code
	// Err is the engine's own error.
	Err error
}

// Error returns "op: text".
func (e *Error) Error() string { return fmt.Sprintf("%s: %v", e.Op, e.Err) }

// Unwrap returns the engine's own error.
func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an Error with a code and a formatted text.
func Errorf(op string, code Code, format string, args ...any) *Error {
	return &Error{Op: op, Code: code, Err: fmt.Errorf(format, args...)}
}

// CodeOf returns the code of the Error in err's chain, otherwise Timeout or
// Canceled for the errors of a context, otherwise Unknown. It returns "" for nil.
func CodeOf(err error) Code {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout
	case errors.Is(err, context.Canceled):
		return Canceled
	}
	return Unknown
}

// IsNotFound reports whether err means that the object itself does not exist.
func IsNotFound(err error) bool { return CodeOf(err) == NotFound }
