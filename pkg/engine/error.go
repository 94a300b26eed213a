// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
)

// Code tells apart the failures that a decision depends on.
type Code string

// The codes.
const (
	Unknown              Code = "Unknown"
	NotFound             Code = "NotFound"             // the object itself is gone
	Ambiguous            Code = "Ambiguous"            // several objects of one name
	NameInUse            Code = "NameInUse"            // the name is taken
	InUse                Code = "InUse"                // something is bound to it
	Conflict             Code = "Conflict"             // another change is under way
	Invalid              Code = "Invalid"              // the engine refuses the request
	PortInUse            Code = "PortInUse"            // the host port is taken
	NetworkNotFound      Code = "NetworkNotFound"      // a network it needs is gone
	SubnetOverlap        Code = "SubnetOverlap"        // no address pool is left, or it overlaps
	AddressInUse         Code = "AddressInUse"         // the address on the network is taken
	MountSourceMissing   Code = "MountSourceMissing"   // a bind's host path is missing
	MountDenied          Code = "MountDenied"          // the engine may not mount the host path
	ReadOnly             Code = "ReadOnly"             // a file is on what cannot be written
	NotRunning           Code = "NotRunning"           // it wants a container that runs
	Paused               Code = "Paused"               // the container is paused
	PeerUnavailable      Code = "PeerUnavailable"      // a container whose namespace it shares is gone or does not run
	Unsupported          Code = "Unsupported"          // this engine cannot do it, another can
	PlatformMismatch     Code = "PlatformMismatch"     // the image is for another platform
	CommandNotFound      Code = "CommandNotFound"      // exit code 127
	CommandNotExecutable Code = "CommandNotExecutable" // exit code 126
	ImageNotFound        Code = "ImageNotFound"        // neither here nor at the registry
	ImageUnauthorized    Code = "ImageUnauthorized"    // the registry wants other credentials
	ImageUnavailable     Code = "ImageUnavailable"     // the registry does not serve it now
	DiskFull             Code = "DiskFull"             // no space left
	Unreachable          Code = "Unreachable"          // no connection to the engine
	Timeout              Code = "Timeout"              // the deadline passed: outcome unknown
	Canceled             Code = "Canceled"             // the caller gave up: outcome unknown
)

// Error is a failed engine call.
type Error struct {
	// Op is what was asked, such as "start container/4f2a".
	Op   string
	Code Code
	// Err is the engine's own error.
	Err error
}

// Error is "op: text".
func (e *Error) Error() string { return fmt.Sprintf("%s: %v", e.Op, e.Err) }

// Unwrap is the engine's own error.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of a code and a text.
func Errorf(op string, code Code, format string, args ...any) *Error {
	return &Error{Op: op, Code: code, Err: fmt.Errorf(format, args...)}
}

// CodeOf is the code of an error: that of the Error in its chain, Timeout or
// Canceled for those of a context, else Unknown. It is empty for nil.
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

// IsNotFound reports that the object asked for is gone.
func IsNotFound(err error) bool { return CodeOf(err) == NotFound }
