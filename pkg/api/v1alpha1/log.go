// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	"net/url"
	"strconv"
	"time"
)

// LogOptions select a part of a container's output.
type LogOptions struct {
	// Tail is the number of lines from the end; negative means all.
	Tail int
	// Since and Until leave out earlier and later lines; zero means no bound. A
	// request has no Until.
	Since, Until time.Time
	// Previous selects the run before the current or next one.
	Previous bool
	// Timestamps prefixes each line with its time, in RFC 3339.
	Timestamps bool
	// Follow continues with new lines as they are written.
	Follow bool
}

// Query returns the options as the parameters of a request.
func (o LogOptions) Query() url.Values {
	q := url.Values{}
	if o.Tail >= 0 {
		q.Set("tailLines", strconv.Itoa(o.Tail))
	}
	if !o.Since.IsZero() {
		q.Set("sinceTime", o.Since.UTC().Format(time.RFC3339Nano))
	}
	setFlags(q, map[string]bool{"timestamps": o.Timestamps, "follow": o.Follow, "previous": o.Previous})
	return q
}

// setFlags sets the parameters whose value is true.
func setFlags(q url.Values, flags map[string]bool) {
	for name, set := range flags {
		if set {
			q.Set(name, "true")
		}
	}
}
