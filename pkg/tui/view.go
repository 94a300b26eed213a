// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

var (
	levelStyle = map[level]lipgloss.Style{
		levelReady:   lipgloss.NewStyle().Foreground(lipgloss.Green),
		levelWaiting: lipgloss.NewStyle().Foreground(lipgloss.Yellow),
		levelFailed:  lipgloss.NewStyle().Foreground(lipgloss.Red),
		levelIdle:    lipgloss.NewStyle().Faint(true),
	}
	boldStyle  = lipgloss.NewStyle().Bold(true)
	faintStyle = lipgloss.NewStyle().Faint(true)
	barStyle   = lipgloss.NewStyle().Reverse(true)
)

// tableFrame is the number of lines around the rows: summary, header, two lines of
// detail, notice, keys.
const tableFrame = 6

// visible returns the number of rows that fit on the screen.
func (m model) visible() int { return max(m.height-tableFrame, 1) }

// View returns the screen.
func (m model) View() tea.View {
	v := tea.NewView("")
	v.AltScreen = true
	switch {
	case m.width == 0 || m.height == 0:
	case m.pane != nil:
		v.Content = m.paneText()
	default:
		v.Content = m.tableText()
	}
	return v
}

func (m model) paneText() string {
	position := fmt.Sprintf("%d lines, %3.0f%%", len(m.pane.lines), m.pane.view.ScrollPercent()*100)
	title := truncate(" "+m.pane.title, m.width-len(position)-2)
	return barStyle.Render(padRight(title, m.width-len(position)-1)+position+" ") + "\n" +
		m.pane.view.View() + "\n" +
		faintStyle.Render(truncate("↑↓ PgUp PgDn scroll  g/G top/bottom  q back", m.width))
}

func (m model) tableText() string {
	lines := []string{m.summary()}
	columns := columnsFor(m.width, m.rows)
	lines = append(lines, boldStyle.Render(columns.formatLine(columns.headings())))
	last := min(m.top+m.visible(), len(m.rows))
	for _, r := range m.rows[m.top:last] {
		lines = append(lines, m.rowText(columns, r))
	}
	for len(lines) < 2+m.visible() {
		lines = append(lines, "")
	}
	return strings.Join(append(lines, m.detail()...), "\n")
}

// summary returns the first line: the readiness of all objects, or an error.
func (m model) summary() string {
	ready := 0
	for _, r := range m.rows {
		if r.level == levelReady {
			ready++
		}
	}
	c := m.controller
	text := fmt.Sprintf("%d of %d ready  %s  instance %s  %s %s", ready, len(m.rows), c.Directory, c.Instance, c.Engine, c.EngineVersion)
	style := levelStyle[levelWaiting]
	switch {
	case !c.EngineHealthy && c.EngineError != "":
		text, style = "the engine does not answer: "+sanitize(c.EngineError), levelStyle[levelFailed]
	case !c.SourceComplete && c.SourceError != "":
		text, style = "cannot read the manifests: "+sanitize(c.SourceError), levelStyle[levelFailed]
	case ready == len(m.rows) && c.Synced:
		style = levelStyle[levelReady]
	}
	return style.Render(truncate(text, m.width))
}

func (m model) rowText(columns columns, r row) string {
	cells := columns.cells(r)
	if r.key == m.selected {
		return barStyle.Render(padRight(columns.formatLine(cells), m.width))
	}
	for i := range cells {
		if columns[i].name == "STATE" {
			cells[i] = levelStyle[r.level].Render(padRight(truncate(cells[i], columns[i].width), columns[i].width))
		}
	}
	return columns.formatLine(cells)
}

// detail returns the last lines: the selected object, the notice, and the keys.
func (m model) detail() []string {
	lines := []string{"", ""}
	if i := m.index(); i >= 0 {
		r := m.rows[i]
		text := r.key.String()
		if r.cause != "" {
			text += ": " + r.cause
		}
		wrapped := strings.Split(ansi.Wrap(text, m.width, ""), "\n")
		copy(lines, wrapped)
		if len(wrapped) > 2 {
			lines[1] = truncate(wrapped[1]+" "+wrapped[2], m.width)
		}
		for n := range lines {
			lines[n] = levelStyle[r.level].Render(lines[n])
		}
	}
	notice := boldStyle.Render(truncate(m.notice, m.width))
	if m.notice == "" && m.unread != "" {
		notice = levelStyle[levelWaiting].Render(truncate("m: "+m.unread, m.width))
	}
	return append(lines, notice, faintStyle.Render(keysFor(m.width)))
}

// keysFor returns the help for as many keys as fit into width, the most important
// ones first.
func keysFor(width int) string {
	line := "q quit"
	for _, key := range []string{"l log", "d describe", "r restart", "s suspend/resume", "x stop/start", "↑↓ select", "m messages"} {
		if longer := line + "  " + key; ansi.StringWidth(longer) <= width {
			line = longer
		}
	}
	return truncate(line, width)
}

// truncate shortens a text to a width, with an ellipsis.
func truncate(s string, width int) string { return ansi.Truncate(s, max(width, 0), "…") }

// padRight adds spaces to a text up to a width.
func padRight(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}
