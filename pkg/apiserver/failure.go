// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// statusOf is the Status that tells of an error.
func statusOf(err error) metav1.Status {
	var s metav1.Status
	var known apierrors.APIStatus
	switch {
	case errors.As(err, &known):
		s = known.Status()
	case errors.Is(err, status.ErrExpired):
		s = apierrors.NewResourceExpired(err.Error() + ": list again and watch from there").Status()
	case engine.CodeOf(err) == engine.NotFound:
		s = failure(http.StatusNotFound, metav1.StatusReasonNotFound, err.Error())
	case engine.CodeOf(err) == engine.NotRunning, engine.CodeOf(err) == engine.Paused:
		s = failure(http.StatusConflict, metav1.StatusReasonConflict, err.Error())
	case engine.CodeOf(err) == engine.Invalid:
		s = failure(http.StatusBadRequest, metav1.StatusReasonBadRequest, err.Error())
	default:
		s = apierrors.NewInternalError(err).Status()
	}
	s.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
	return s
}

func failure(code int32, reason metav1.StatusReason, message string) metav1.Status {
	return metav1.Status{Status: metav1.StatusFailure, Code: code, Reason: reason, Message: message}
}

// refuse is an error with a code and a reason.
func refuse(code int32, reason metav1.StatusReason, format string, args ...any) error {
	return &apierrors.StatusError{ErrStatus: failure(code, reason, fmt.Sprintf(format, args...))}
}

func writeError(w http.ResponseWriter, err error) {
	s := statusOf(err)
	writeJSON(w, int(s.Code), s)
}

// writeJSON answers with a value. That the client has gone is not our concern.
func writeJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v)
}
