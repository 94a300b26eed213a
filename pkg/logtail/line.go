// SPDX-License-Identifier: Apache-2.0

package logtail

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Line is one line of the output of a container.
type Line struct {
	Key v1alpha1.Key
	// Time is when the line was written; zero when it is unknown.
	Time time.Time
	// Text is the line without its end.
	Text string
}

// readLine reads the next line of a stream with timestamps. It returns io.EOF at
// the end of the stream.
func readLine(r *bufio.Reader, k v1alpha1.Key) (Line, error) {
	text, err := r.ReadString('\n')
	if err != nil && (text == "" || !errors.Is(err, io.EOF)) {
		return Line{}, err
	}
	line := Line{Key: k, Text: strings.TrimSuffix(text, "\n")}
	stamp, rest, _ := strings.Cut(line.Text, " ")
	if at, err := time.Parse(time.RFC3339Nano, stamp); err == nil {
		line.Time, line.Text = at, rest
	}
	return line, nil
}

// position is the end of the output that was printed. A stream since that time
// begins with the lines of the same time again.
type position struct {
	at    time.Time
	lines int // printed lines of that time
}

// skips reports whether a line of a stream since p was printed before. It counts
// down the lines of the same time, so it must be called on a copy of p.
func (p *position) skips(l Line) bool {
	switch {
	case l.Time.IsZero() || p.at.IsZero() || l.Time.After(p.at):
		return false
	case l.Time.Equal(p.at) && p.lines == 0:
		return false
	case l.Time.Equal(p.at):
		p.lines--
	}
	return true
}

// advance moves p behind a printed line.
func (p *position) advance(l Line) {
	switch {
	case l.Time.IsZero():
	case l.Time.Equal(p.at):
		p.lines++
	default:
		p.at, p.lines = l.Time, 1
	}
}
