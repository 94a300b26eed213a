// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// limited is a writer of at most n bytes, which refuses what is beyond.
type limited struct {
	io.Writer
	n int64
}

// reached reports that no more is wanted.
func (l *limited) reached() bool { return l.n == 0 }

// errLimit says that as much as was asked for is written.
var errLimit = errors.New("the limit of bytes is reached")

// Write writes what is within the limit.
func (l *limited) Write(p []byte) (int, error) {
	within := p[:min(int64(len(p)), l.n)]
	n, err := l.Writer.Write(within)
	l.n -= int64(n)
	if err == nil && l.n == 0 {
		err = errLimit
	}
	return n, err
}

// parseLimit is how many bytes of output are asked for.
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
