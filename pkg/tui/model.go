// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// model is the state of the view. It is a value: Update returns the next one.
type model struct {
	opts Options
	// ctx ends when the view does.
	ctx context.Context //nolint:containedctx // commands of the framework get none

	width, height int
	rows          []row
	controller    v1alpha1.Controller
	version       uint64

	// selected is the object that keys are about; it stays so when rows move.
	selected spec.Key
	// top is the first row on the screen.
	top int
	// notice is what the last key came to.
	notice string
	// unread is the last message of the controller's log, and seen how many there
	// were when it was looked at.
	unread string
	seen   int

	pane *pane // what covers the table; nil for nothing
}

// The messages of the view.
type (
	// changedMsg says that the store has changed, up to a version.
	changedMsg struct{ version uint64 }
	// tickMsg says that a second has passed.
	tickMsg struct{}
	// askedMsg says how an ask came out.
	askedMsg struct{ notice string }
)

func newModel(ctx context.Context, opts Options) model {
	m := model{opts: opts, ctx: ctx}
	return m.refresh()
}

// Init begins to listen.
func (m model) Init() tea.Cmd { return tea.Batch(m.awaitChange(), m.tick()) }

// pace is how often the table is made anew at most.
const pace = 50 * time.Millisecond

// awaitChange waits for a change of the store, and then for others that come at
// the same time.
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
		case <-time.After(pace):
		}
		return changedMsg{store.Version()}
	}
}

// tick waits for a second.
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

// Update is the state after a message.
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
	case askedMsg:
		m.notice = msg.notice
		return m, nil
	case logMsg:
		return m, m.pane.takeLog(msg)
	case tea.KeyPressMsg:
		return m.press(msg)
	}
	return m, nil
}

// press is the state after a key.
func (m model) press(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
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
		return m, m.pane.press(msg)
	}
	switch key {
	case "q":
		return m, tea.Quit
	case "up", "k":
		return m.move(-1), nil
	case "down", "j":
		return m.move(1), nil
	case "pgup":
		return m.move(-m.visible()), nil
	case "pgdown":
		return m.move(m.visible()), nil
	case "home", "g":
		return m.move(-len(m.rows)), nil
	case "end", "G":
		return m.move(len(m.rows)), nil
	case "m":
		return m.openMessages(), nil
	}
	return m.act(key)
}

// act is what a key does to the selected object.
func (m model) act(key string) (tea.Model, tea.Cmd) {
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
		m.notice = "only containers have a log"
	case "d":
		return m.openDescription(r.key), nil
	case "r":
		if container {
			return m, m.ask(r.key, plan.CommandRestart)
		}
		m.notice = "only containers can be restarted"
	case "s":
		if r.suspended {
			return m, m.ask(r.key, plan.CommandResume)
		}
		return m, m.ask(r.key, plan.CommandSuspend)
	case "x":
		switch {
		case !container:
			m.notice = "only containers can be stopped"
		case r.stopped:
			return m, m.ask(r.key, plan.CommandStart)
		default:
			return m, m.ask(r.key, plan.CommandStop)
		}
	}
	return m, nil
}

// ask asks something of an object and says how it came out.
func (m model) ask(k spec.Key, cmd plan.Command) tea.Cmd {
	if m.opts.Ask == nil {
		return nil
	}
	return func() tea.Msg {
		if err := m.opts.Ask(k, cmd); err != nil {
			return askedMsg{string(cmd) + " " + k.Name + ": " + clean(err.Error())}
		}
		return askedMsg{string(cmd) + " " + k.Name + ": asked"}
	}
}

// index is the place of the selected object, or -1.
func (m model) index() int {
	for i, r := range m.rows {
		if r.key == m.selected {
			return i
		}
	}
	return -1
}

func (m model) move(by int) model {
	if len(m.rows) == 0 {
		return m
	}
	m.selected = m.rows[min(max(m.index()+by, 0), len(m.rows)-1)].key
	return m.scroll()
}

// scroll keeps the selected row on the screen, and the screen full.
func (m model) scroll() model {
	i, n := max(m.index(), 0), max(m.visible(), 1)
	m.top = max(min(m.top, i, len(m.rows)-n), i-n+1, 0)
	return m
}
