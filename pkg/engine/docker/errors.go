// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// verb is the kind of a call. The meaning of a text or status depends on it.
type verb string

const (
	verbConnect       verb = "connect to"
	verbProbe         verb = "probe"
	verbList          verb = "list"
	verbInspect       verb = "inspect"
	verbImage         verb = "inspect image"
	verbPull          verb = "pull"
	verbLogs          verb = "read logs of"
	verbWatch         verb = "watch"
	verbCreate        verb = "create container"
	verbStart         verb = "start"
	verbStop          verb = "stop"
	verbUpdate        verb = "update"
	verbCopy          verb = "copy files to"
	verbExec          verb = "run a command in"
	verbStats         verb = "measure"
	verbTop           verb = "list processes of"
	verbRename        verb = "rename"
	verbJoin          verb = "connect"
	verbLeave         verb = "disconnect"
	verbRemove        verb = "remove"
	verbCreateNetwork verb = "create network"
	verbCreateVolume  verb = "create volume"
)

// op is a call: its verb and the object that it is about.
type op struct {
	verb   verb
	target string
}

func (o op) String() string { return string(o.verb) + " " + o.target }

// errStreamEnded is the error of an event stream that the engine closed.
var errStreamEnded = errors.New("the engine closed the event stream")

// classify returns an engine.Error with the operation and the code of an error. It
// returns nil for nil, and errors that have a code unchanged.
func classify(ctx context.Context, o op, err error) error {
	var known *engine.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &engine.Error{Op: o.String(), Code: codeOf(ctx, o.verb, err), Err: err}
}

func codeOf(ctx context.Context, v verb, err error) engine.Code {
	if !answered(err) {
		return transportCode(ctx, err)
	}
	if r, ok := ruleFor(v, err.Error()); ok {
		return r.code
	}
	return statusCode(v, err)
}

// answered reports whether the engine returned the error itself, so that the
// outcome of the call is known.
func answered(err error) bool {
	var stream *pullError
	return errors.As(err, &stream) || errdefs.IsNotFound(err) || errdefs.IsConflict(err) ||
		errdefs.IsInvalidArgument(err) || errdefs.IsPermissionDenied(err) || errdefs.IsUnauthorized(err) ||
		errdefs.IsInternal(err) || errdefs.IsNotImplemented(err) || errdefs.IsUnavailable(err) ||
		errdefs.IsResourceExhausted(err) || errdefs.IsUnknown(err)
}

// transportCode returns the code of an error of the connection. If the context has
// ended, that is the cause of any other error.
func transportCode(ctx context.Context, err error) engine.Code {
	var netErr net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return engine.Timeout
	case errors.Is(err, context.Canceled), errors.Is(ctx.Err(), context.Canceled):
		return engine.Canceled
	case client.IsErrConnectionFailed(err), errors.As(err, &netErr), errors.Is(err, errStreamEnded),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return engine.Unreachable
	}
	return engine.Unknown
}

// statusCode returns the code of an HTTP status. A status of 404 means NotFound
// only for calls that read the object itself, because for others anything that
// they need may be missing.
func statusCode(v verb, err error) engine.Code {
	switch {
	case errdefs.IsNotFound(err) && v == verbInspect:
		return engine.NotFound
	case errdefs.IsNotFound(err) && v == verbImage:
		return engine.ImageNotFound
	case v == verbPull && errdefs.IsUnauthorized(err):
		return engine.ImageUnauthorized
	case v == verbPull && errdefs.IsInvalidArgument(err):
		return engine.Invalid
	case v == verbPull:
		return engine.ImageUnavailable
	case errdefs.IsConflict(err):
		return engine.Conflict
	case errdefs.IsInvalidArgument(err):
		return engine.Invalid
	}
	return engine.Unknown
}

// refusesVersion reports whether the engine refused the API version, because it
// was negotiated with another engine behind the same endpoint.
func refusesVersion(v verb, err error) bool {
	if err == nil || !answered(err) {
		return false
	}
	r, ok := ruleFor(v, err.Error())
	return ok && r.renegotiate
}
