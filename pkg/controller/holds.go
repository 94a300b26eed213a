// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// ErrNotDesired says that no manifest declares what a user asked something of.
var ErrNotDesired = errors.New("no manifest declares it")

// held is what is written of one key.
type held struct {
	Hold      plan.Hold `json:"hold,omitzero"`
	Suspended bool      `json:"suspended,omitempty"`
}

// Submit accepts a command of a user for a key, which is carried out by the key's
// next reconciliation. It returns ErrNotDesired when there is no such object.
func (c *Controller) Submit(k spec.Key, cmd plan.Command) error {
	if !c.accept(k) {
		return fmt.Errorf("%s %s: %w", cmd, k, ErrNotDesired)
	}
	now := c.cfg.Now()
	c.changeHistory(k, func(r plan.Record) plan.Record { return r.Ask(cmd, now) })
	c.cfg.Logger.Info("user command accepted", "key", k.String(), "command", string(cmd))
	if c.cfg.Observer.State().Connected {
		// Published at once, so that the next read of the object shows the command.
		w := c.world()
		c.publish(w, plan.Decide(w.World, k))
	}
	c.queue.Add(k)
	return nil
}

// accept reports whether a key is desired, and ends its delays if so.
func (c *Controller) accept(k spec.Key) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, desired := c.desired.set.Objects[k]; !desired {
		return false
	}
	c.remember(k).resetBackoff()
	return true
}

// saveHolds writes what users hold, when it changed, so that it outlives the
// process. Losing the file is no harm: what was held runs again.
func (c *Controller) saveHolds() {
	if c.cfg.HoldsFile == "" {
		return
	}
	c.holdsMu.Lock()
	defer c.holdsMu.Unlock()
	var history plan.History
	c.locked(func() { history = c.history })
	data := encodeHolds(history)
	if string(data) == c.holds {
		return
	}
	if err := replaceFile(c.cfg.HoldsFile, data); err != nil {
		c.cfg.Logger.Warn("what users hold could not be written: it will be forgotten on a restart", "err", err)
		return
	}
	c.holds = string(data)
}

func encodeHolds(history plan.History) []byte {
	all := map[string]held{}
	for k, rec := range history {
		if kept := rec.Kept(); kept != (plan.Record{}) {
			all[k.String()] = held{kept.Hold, kept.Suspended}
		}
	}
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		panic("holds: " + err.Error())
	}
	return data
}

// loadHolds reads what an earlier process wrote.
func (c *Controller) loadHolds() {
	history, err := ReadHolds(c.cfg.HoldsFile)
	if err != nil {
		c.cfg.Logger.Warn("what users held could not be read: it is forgotten", "err", err)
		return
	}
	c.history = history
	c.holds = string(encodeHolds(history))
}

// ReadHolds is what users hold by a controller's file of it, as a history; a
// file that is not there holds nothing.
func ReadHolds(path string) (plan.History, error) {
	history := plan.History{}
	if path == "" {
		return history, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return history, nil
	}
	if err != nil {
		return nil, fmt.Errorf("holds: %w", err)
	}
	all := map[string]held{}
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("holds: %s: %w", path, err)
	}
	for name, h := range all {
		if k, err := spec.ParseKey(name); err == nil {
			history[k] = plan.Record{Hold: h.Hold, Suspended: h.Suspended}
		}
	}
	return history, nil
}

// replaceFile writes a file so that it is either the old one or the new one.
func replaceFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	next := path + ".new"
	if err := os.WriteFile(next, data, 0o600); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}
