// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
)

// logLine is one line of a container's output.
type logLine struct {
	key  v1alpha1.Key
	at   time.Time // zero when it is not known
	text string
}

// readLine reads the next line of a stream with timestamps.
func readLine(r *bufio.Reader, k v1alpha1.Key) (logLine, error) {
	text, err := r.ReadString('\n')
	if err != nil && (text == "" || !errors.Is(err, io.EOF)) {
		return logLine{}, err
	}
	line := logLine{key: k, text: strings.TrimSuffix(text, "\n")}
	stamp, rest, _ := strings.Cut(line.text, " ")
	if at, err := time.Parse(time.RFC3339Nano, stamp); err == nil {
		line.at, line.text = at, rest
	}
	return line, nil
}

// position is how far a container's output was shown: a stream that goes on from
// there begins with the lines of that very time once more.
type position struct {
	at    time.Time
	lines int // of that time
}

// gap begins a stream again: the lines that were shown already are told by it.
func (p position) gap() *position { return &p }

// skips reports that a line of a stream which goes on was shown already.
func (p *position) skips(l logLine) bool {
	switch {
	case l.at.IsZero() || p.at.IsZero() || l.at.After(p.at):
		return false
	case l.at.Equal(p.at) && p.lines == 0:
		return false
	case l.at.Equal(p.at):
		p.lines--
	}
	return true
}

// shown moves on behind a line.
func (p *position) shown(l logLine) {
	switch {
	case l.at.IsZero():
	case l.at.Equal(p.at):
		p.lines++
	default:
		p.at, p.lines = l.at, 1
	}
}

// logPrinter prints lines of several containers, one at a time.
type logPrinter struct {
	mu         sync.Mutex
	out        io.Writer
	colored    bool
	json       bool
	timestamps bool
	prefix     bool
	namespaces bool
	width      int
	// number is the place of each container, for its colour.
	number map[v1alpha1.Key]int
}

func newLogPrinter(out io.Writer, colored bool, o logsOptions, g group) *logPrinter {
	p := &logPrinter{
		out: out, colored: colored, json: o.output == printer.FormatJSON, timestamps: o.timestamps,
		prefix: len(g.names) != 1, number: map[v1alpha1.Key]int{},
	}
	if o.prefixSet {
		p.prefix = o.prefix
	}
	for _, object := range g.Objects {
		p.namespaces = p.namespaces || object.Namespace != g.Objects[0].Namespace
	}
	for _, object := range g.Objects {
		p.meet(object.Key())
	}
	return p
}

// meet makes room for a container.
func (p *logPrinter) meet(k v1alpha1.Key) {
	if _, known := p.number[k]; !known {
		p.number[k] = len(p.number)
		p.width = max(p.width, len(p.name(k)))
	}
}

func (p *logPrinter) name(k v1alpha1.Key) string {
	if p.namespaces {
		return k.Namespace + "/" + k.Name
	}
	return k.Name
}

// print prints a line.
func (p *logPrinter) print(l logLine) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.json {
		return p.encode(l)
	}
	p.meet(l.key)
	var b strings.Builder
	if p.prefix {
		b.WriteString(printer.Paint(p.colored, p.number[l.key], fmt.Sprintf("%-*s |", p.width, p.name(l.key))) + " ")
	}
	if p.timestamps && !l.at.IsZero() {
		b.WriteString(l.at.Format(time.RFC3339Nano) + " ")
	}
	b.WriteString(l.text + "\n")
	_, err := io.WriteString(p.out, b.String())
	return err
}

func (p *logPrinter) encode(l logLine) error {
	return json.NewEncoder(p.out).Encode(struct {
		Object string    `json:"object"`
		Time   time.Time `json:"time,omitzero"`
		Line   string    `json:"line"`
	}{l.key.String(), l.at, l.text})
}
