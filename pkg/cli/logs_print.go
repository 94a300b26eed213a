// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/logtail"
)

// logPrinter prints lines of several containers. It is safe for concurrent use.
type logPrinter struct {
	mu         sync.Mutex
	out        io.Writer
	colored    bool
	json       bool
	timestamps bool
	prefix     bool
	namespaces bool
	width      int
	// number selects the colour of each container.
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
		p.register(object.Key())
	}
	return p
}

// register gives a container its number and widens the column of names.
func (p *logPrinter) register(k v1alpha1.Key) {
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

// print prints one line.
func (p *logPrinter) print(l logtail.Line) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.json {
		return p.encode(l)
	}
	p.register(l.Key)
	var b strings.Builder
	if p.prefix {
		b.WriteString(printer.Paint(p.colored, p.number[l.Key], fmt.Sprintf("%-*s |", p.width, p.name(l.Key))) + " ")
	}
	if p.timestamps && !l.Time.IsZero() {
		b.WriteString(l.Time.Format(time.RFC3339Nano) + " ")
	}
	b.WriteString(l.Text + "\n")
	_, err := io.WriteString(p.out, b.String())
	return err
}

func (p *logPrinter) encode(l logtail.Line) error {
	return json.NewEncoder(p.out).Encode(struct {
		Object string    `json:"object"`
		Time   time.Time `json:"time,omitzero"`
		Line   string    `json:"line"`
	}{l.Key.String(), l.Time, l.Text})
}
