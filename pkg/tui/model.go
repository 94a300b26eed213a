// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// model is the state of the view. It is a value: Update returns the next state.
type model struct {
	opts Options
	// ctx is done when the view ends.
	ctx context.Context //nolint:containedctx // the framework passes no context to commands

	width, height int
	rows          []row
	controller    v1alpha1.Controller
	version       uint64

	// selected is the object that keys apply to, independent of its row.
	selected spec.Key
	// top is the index of the first row on the screen.
	top int
	// notice is the result of the last key.
	notice string
	// unread is the last line of the controller log, empty if it was read. seen is
	// the number of lines when the log was last shown.
	unread string
	seen   int

	pane *pane // covers the table; nil if the table is visible
	// running counts the goroutines that Run waits for.
	running *sync.WaitGroup
}

// The messages of the view.
type (
	// changedMsg reports a change of the store.
	changedMsg struct{}
	// tickMsg is sent once a second.
	tickMsg struct{}
	// commandMsg reports the result of a user command.
	commandMsg struct{ notice string }
)

func newModel(ctx context.Context, opts Options) model {
	m := model{opts: opts, ctx: ctx, running: &sync.WaitGroup{}}
	return m.refresh()
}

// Init returns the commands that wait for changes.
func (m model) Init() tea.Cmd { return tea.Batch(m.awaitChange(), m.tick()) }

// refreshInterval is the minimum time between two updates of the table.
const refreshInterval = 50 * time.Millisecond

// awaitChange waits for a change of the store, and then for the refresh interval
// to collect further changes.
func (m model) awaitChange() tea.Cmd {
	store, ctx, version := m.opts.Store, m.ctx, m.version
	return func() tea.Msg {
		watch := store.Watch(version)
		if _, err := watch.Next(ctx); err != nil && ctx.Err() != nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(refreshInterval):
		}
		return changedMsg{}
	}
}

// tick waits for one second.
func (m model) tick() tea.Cmd {
	ctx := m.ctx
	return func() tea.Msg {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
			return tickMsg{}
		}
	}
}

// refresh reads the store and the controller.
func (m model) refresh() model {
	reports, version := m.opts.Store.List()
	m.rows, m.version, m.controller = rowsOf(reports, m.opts.Now()), version, m.opts.Controller()
	if m.index() < 0 && len(m.rows) > 0 {
		m.selected = m.rows[0].key
	}
	if lines, count := m.opts.Messages.Lines(); count > m.seen {
		m.unread = lines[len(lines)-1]
	}
	return m.scroll()
}

// Update returns the state after a message, and a command to run or nil.
func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.pane.resize(m.width, m.height)
		return m.scroll(), nil
	case changedMsg:
		m = m.refresh()
		return m, m.awaitChange()
	case tickMsg:
		return m.refresh(), m.tick()
	case commandMsg:
		m.notice = msg.notice
		return m, nil
	case logMsg:
		return m, m.pane.takeLog(msg)
	case tea.KeyPressMsg:
		return m.handleKey(msg)
	}
	return m, nil
}

// handleKey returns the state after a key.
func (m model) handleKey(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	key := msg.String()
	if key == "ctrl+c" {
		return m, tea.Quit
	}
	m.notice = ""
	if m.pane != nil {
		if key == "q" || key == "esc" || key == "left" || key == m.pane.opener {
			m.pane.close()
			m.pane = nil
			return m, nil
		}
		return m, m.pane.handleKey(msg)
	}
	switch key {
	case "q":
		return m, tea.Quit
	case "up", "k":
		return m.moveSelection(-1), nil
	case "down", "j":
		return m.moveSelection(1), nil
	case "pgup":
		return m.moveSelection(-m.visible()), nil
	case "pgdown":
		return m.moveSelection(m.visible()), nil
	case "home", "g":
		return m.moveSelection(-len(m.rows)), nil
	case "end", "G":
		return m.moveSelection(len(m.rows)), nil
	case "m":
		return m.openMessages(), nil
	}
	return m.handleObjectKey(key)
}

// handleObjectKey returns the state after a key that applies to the selected
// object.
func (m model) handleObjectKey(key string) (tea.Model, tea.Cmd) {
	i := m.index()
	if i < 0 {
		return m, nil
	}
	r := m.rows[i]
	container := r.key.Kind == spec.KindContainer
	switch key {
	case "l", "enter":
		if container && m.opts.Logs != nil {
			return m.openLog(r.key)
		}
		if key == "enter" {
			return m.openDescription(r.key), nil
		}
		m.notice = "only containers have logs"
	case "d":
		return m.openDescription(r.key), nil
	case "r":
		if container {
			return m, m.runCommand(r.key, plan.CommandRestart)
		}
		m.notice = "only containers can be restarted"
	case "s":
		if r.suspended {
			return m, m.runCommand(r.key, plan.CommandResume)
		}
		return m, m.runCommand(r.key, plan.CommandSuspend)
	case "x":
		switch {
		case !container:
			m.notice = "only containers can be stopped"
		case r.stopped:
			return m, m.runCommand(r.key, plan.CommandStart)
		default:
			return m, m.runCommand(r.key, plan.CommandStop)
		}
	}
	return m, nil
}

// runCommand sends a user command for an object and reports the result.
func (m model) runCommand(k spec.Key, cmd plan.Command) tea.Cmd {
	if m.opts.Submit == nil {
		return nil
	}
	return func() tea.Msg {
		if err := m.opts.Submit(k, cmd); err != nil {
			return commandMsg{string(cmd) + " " + k.Name + ": " + sanitize(err.Error())}
		}
		return commandMsg{string(cmd) + " " + k.Name + ": accepted"}
	}
}

// index returns the row of the selected object, or -1.
func (m model) index() int {
	for i, r := range m.rows {
		if r.key == m.selected {
			return i
		}
	}
	return -1
}

func (m model) moveSelection(by int) model {
	if len(m.rows) == 0 {
		return m
	}
	m.selected = m.rows[min(max(m.index()+by, 0), len(m.rows)-1)].key
	return m.scroll()
}

// scroll moves the visible rows so that they include the selected one and fill
// the screen.
func (m model) scroll() model {
	i, n := max(m.index(), 0), max(m.visible(), 1)
	m.top = max(min(m.top, i, len(m.rows)-n), i-n+1, 0)
	return m
}
