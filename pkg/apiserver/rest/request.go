// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"net/http"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// MaxBody is the maximum size of a request body in bytes.
const MaxBody = 3 << 20

// Flag returns the value of a boolean parameter. As in Kubernetes, a value that
// cannot be parsed means true, so that "?watch" alone starts a watch.
func Flag(r *http.Request, name string) bool {
	values, found := r.URL.Query()[name]
	if !found {
		return false
	}
	v, err := strconv.ParseBool(values[0])
	return err != nil || v
}

// RefuseBrowsers returns a handler that refuses the requests of web pages. No page
// is a client of this API, and any page could otherwise read from it.
func RefuseBrowsers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" {
			WriteError(w, Errorf(http.StatusForbidden, metav1.StatusReasonForbidden, "requests of web pages are refused"))
			return
		}
		next.ServeHTTP(w, r)
	})
}
