// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"strings"
	"time"

	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// pane shows a text instead of the table.
type pane struct {
	title string
	// opener is the key that opens and closes the pane.
	opener string
	view   viewport.Model
	lines  []string
	log    <-chan []string
	stop   context.CancelFunc
}

// maxLog is the number of log lines that a pane keeps.
const maxLog = 5000

// paneFrame is the number of lines around the text: title and keys.
const paneFrame = 2

func newPane(title, opener string, lines []string, width, height int) *pane {
	p := &pane{title: title, opener: opener, view: viewport.New(), lines: lines, stop: func() {}}
	p.view.SoftWrap = true
	p.view.SetContentLines(lines)
	p.resize(width, height)
	return p
}

func (p *pane) resize(width, height int) {
	if p != nil {
		p.view.SetWidth(width)
		p.view.SetHeight(max(height-paneFrame, 1))
	}
}

func (p *pane) close() { p.stop() }

func (p *pane) handleKey(msg tea.KeyPressMsg) tea.Cmd {
	switch msg.String() {
	case "home", "g":
		p.view.GotoTop()
	case "end", "G":
		p.view.GotoBottom()
	default:
		var cmd tea.Cmd
		p.view, cmd = p.view.Update(msg)
		return cmd
	}
	return nil
}

func (m model) openDescription(k spec.Key) model {
	if m.opts.Describe == nil {
		return m
	}
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(m.opts.Describe(k), "\n"), "\n") {
		lines = append(lines, sanitize(line))
	}
	m.pane = newPane(k.String(), "d", lines, m.width, m.height)
	return m
}

func (m model) openMessages() model {
	lines, count := m.opts.Messages.Lines()
	m.seen, m.unread = count, ""
	if len(lines) == 0 {
		lines = []string{"No warnings so far."}
	}
	m.pane = newPane("controller log", "m", lines, m.width, m.height)
	m.pane.view.GotoBottom()
	return m
}

// logMsg are further lines of the log that a pane shows.
type logMsg struct {
	of    *pane
	lines []string
}

// awaitLog waits for further lines, and takes those that come with them.
func (p *pane) awaitLog() tea.Cmd {
	return func() tea.Msg {
		lines, open := <-p.log
		if !open {
			return nil
		}
		for len(lines) < maxLog {
			select {
			case more, open := <-p.log:
				if !open {
					return logMsg{p, lines}
				}
				lines = append(lines, more...)
				continue
			case <-time.After(refreshInterval / 5):
			}
			break
		}
		return logMsg{p, lines}
	}
}

// takeLog adds lines; the end stays in view unless the user went back.
func (p *pane) takeLog(msg logMsg) tea.Cmd {
	if p == nil || p != msg.of {
		return nil
	}
	end := p.view.AtBottom()
	p.lines = append(p.lines, msg.lines...)
	p.lines = p.lines[max(0, len(p.lines)-maxLog):]
	p.view.SetContentLines(p.lines)
	if end {
		p.view.GotoBottom()
	}
	return p.awaitLog()
}
