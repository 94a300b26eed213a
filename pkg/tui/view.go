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
	moodStyle = map[mood]lipgloss.Style{
		good: lipgloss.NewStyle().Foreground(lipgloss.Green), waiting: lipgloss.NewStyle().Foreground(lipgloss.Yellow),
		bad: lipgloss.NewStyle().Foreground(lipgloss.Red), idle: lipgloss.NewStyle().Faint(true),
	}
	boldStyle  = lipgloss.NewStyle().Bold(true)
	faintStyle = lipgloss.NewStyle().Faint(true)
	barStyle   = lipgloss.NewStyle().Reverse(true)
)

// frame are the lines around the rows: summary, header, two of detail, notice,
// keys.
const frame = 6

// visible is how many rows fit on the screen.
func (m model) visible() int { return max(m.height-frame, 1) }

// View is the screen.
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
	title := cut(" "+m.pane.title, m.width-len(position)-2)
	return barStyle.Render(pad(title, m.width-len(position)-1)+position+" ") + "\n" +
		m.pane.view.View() + "\n" +
		faintStyle.Render(cut("↑↓ PgUp PgDn scroll  g/G begin/end  q back", m.width))
}

func (m model) tableText() string {
	lines := []string{m.summary()}
	columns := columnsFor(m.width, m.rows)
	lines = append(lines, boldStyle.Render(columns.line(headings(columns))))
	last := min(m.top+m.visible(), len(m.rows))
	for _, r := range m.rows[m.top:last] {
		lines = append(lines, m.rowText(columns, r))
	}
	for len(lines) < 2+m.visible() {
		lines = append(lines, "")
	}
	return strings.Join(append(lines, m.detail()...), "\n")
}

// summary says how the whole does.
func (m model) summary() string {
	ready := 0
	for _, r := range m.rows {
		if r.mood == good {
			ready++
		}
	}
	c := m.controller
	text := fmt.Sprintf("%d of %d ready  %s  instance %s  %s %s", ready, len(m.rows), c.Directory, c.Instance, c.Engine, c.EngineVersion)
	style := moodStyle[waiting]
	switch {
	case !c.EngineHealthy && c.EngineError != "":
		text, style = "the engine does not answer: "+clean(c.EngineError), moodStyle[bad]
	case !c.SourceComplete && c.SourceError != "":
		text, style = "the manifests cannot be read: "+clean(c.SourceError), moodStyle[bad]
	case ready == len(m.rows) && c.Synced:
		style = moodStyle[good]
	}
	return style.Render(cut(text, m.width))
}

func (m model) rowText(columns columns, r row) string {
	cells := columns.cells(r)
	if r.key == m.selected {
		return barStyle.Render(pad(columns.line(cells), m.width))
	}
	for i := range cells {
		if columns[i].name == "STATE" {
			cells[i] = moodStyle[r.mood].Render(pad(cut(cells[i], columns[i].width), columns[i].width))
		}
	}
	return columns.line(cells)
}

// detail is about the selected object, what the last key came to, and the keys.
func (m model) detail() []string {
	why := []string{"", ""}
	if i := m.index(); i >= 0 {
		r := m.rows[i]
		text := r.key.String()
		if r.why != "" {
			text += ": " + r.why
		}
		wrapped := strings.Split(ansi.Wrap(text, m.width, ""), "\n")
		copy(why, wrapped)
		if len(wrapped) > 2 {
			why[1] = cut(wrapped[1]+" "+wrapped[2], m.width)
		}
		for n := range why {
			why[n] = moodStyle[r.mood].Render(why[n])
		}
	}
	notice := boldStyle.Render(cut(m.notice, m.width))
	if m.notice == "" && m.unread != "" {
		notice = moodStyle[waiting].Render(cut("m: "+m.unread, m.width))
	}
	return append(why, notice, faintStyle.Render(keysFor(m.width)))
}

// keysFor are the keys that fit into a width, the first of them most needed.
func keysFor(width int) string {
	line := "q quit"
	for _, key := range []string{"l log", "d describe", "r restart", "s suspend/resume", "x stop/start", "↑↓ select", "m messages"} {
		if longer := line + "  " + key; ansi.StringWidth(longer) <= width {
			line = longer
		}
	}
	return cut(line, width)
}

// cut shortens a text to a width, with a mark.
func cut(s string, width int) string { return ansi.Truncate(s, max(width, 0), "…") }

// pad fills a text up to a width.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}
