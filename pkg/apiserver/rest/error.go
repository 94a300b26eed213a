// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"errors"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// StatusOf returns the Status that describes an error. The code and reason come
// from errors of apimachinery's api/errors, from status.ErrExpired and from the
// code of an engine error; all other errors are internal errors.
func StatusOf(err error) metav1.Status {
	var s metav1.Status
	var known apierrors.APIStatus
	switch {
	case errors.As(err, &known):
		s = known.Status()
	case errors.Is(err, status.ErrExpired):
		s = apierrors.NewResourceExpired(err.Error() + ": list again and watch from there").Status()
	case engine.CodeOf(err) == engine.NotFound:
		s = Failure(http.StatusNotFound, metav1.StatusReasonNotFound, err.Error())
	case engine.CodeOf(err) == engine.NotRunning, engine.CodeOf(err) == engine.Paused:
		s = Failure(http.StatusConflict, metav1.StatusReasonConflict, err.Error())
	case engine.CodeOf(err) == engine.Invalid:
		s = Failure(http.StatusBadRequest, metav1.StatusReasonBadRequest, err.Error())
	default:
		s = apierrors.NewInternalError(err).Status()
	}
	s.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
	return s
}

// Failure returns a Status of a failure.
func Failure(code int32, reason metav1.StatusReason, message string) metav1.Status {
	return metav1.Status{Status: metav1.StatusFailure, Code: code, Reason: reason, Message: message}
}

// Success returns the Status of a request that succeeded.
func Success() metav1.Status {
	return metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusSuccess, Code: http.StatusOK,
	}
}

// Errorf returns an error with a code and a reason.
func Errorf(code int32, reason metav1.StatusReason, format string, args ...any) error {
	return &apierrors.StatusError{ErrStatus: Failure(code, reason, fmt.Sprintf(format, args...))}
}

// NoSuchPath returns the error for a request whose path is not served.
func NoSuchPath(r *http.Request) error {
	return Errorf(http.StatusNotFound, metav1.StatusReasonNotFound,
		"the server could not find the requested resource: the path %s is not served", r.URL.Path)
}
