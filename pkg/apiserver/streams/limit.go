// SPDX-License-Identifier: Apache-2.0

package streams

import (
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// limitedWriter writes at most n bytes.
type limitedWriter struct {
	io.Writer
	n int64
}

// full returns whether the limit is reached.
func (l *limitedWriter) full() bool { return l.n == 0 }

// errLimit ends the reading of a log whose limit is reached.
var errLimit = errors.New("the limit of bytes is reached")

// Write writes the part of p that is within the limit. It returns errLimit when
// the limit is reached.
func (l *limitedWriter) Write(p []byte) (int, error) {
	within := p[:min(int64(len(p)), l.n)]
	n, err := l.Writer.Write(within)
	l.n -= int64(n)
	if err == nil && l.n == 0 {
		err = errLimit
	}
	return n, err
}

// parseLimit returns the limit of bytes in a request; math.MaxInt64 means no limit.
func parseLimit(r *http.Request) (int64, error) {
	v := r.URL.Query().Get("limitBytes")
	if v == "" {
		return math.MaxInt64, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 1 {
		return 0, apierrors.NewBadRequest("limitBytes: not a positive number of bytes: " + strconv.Quote(v))
	}
	return n, nil
}
