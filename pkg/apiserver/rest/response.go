// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"encoding/json"
	"io"
	"net/http"
)

// WriteError responds with the Status of an error.
func WriteError(w http.ResponseWriter, err error) {
	s := StatusOf(err)
	WriteJSON(w, int(s.Code), s)
}

// WriteJSON responds with a value in JSON. It ignores write errors, because they
// mean that the client is gone.
func WriteJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v)
}

// WriteText responds with plain text.
func WriteText(w http.ResponseWriter, code int, text string) {
	SetTextType(w.Header())
	w.WriteHeader(code)
	_, _ = io.WriteString(w, text)
}

// SetTextType sets the headers of a plain text response.
func SetTextType(h http.Header) {
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
}
