// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
	"sync"
)

// maxMessages bounds the lines that are kept.
const maxMessages = 500

// Messages keeps the last lines that were written to it: a log that must not
// disturb the screen. It is safe for concurrent use.
type Messages struct {
	mu    sync.Mutex
	lines []string
	count int
}

// Write takes whole lines.
func (m *Messages) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for line := range strings.Lines(string(p)) {
		m.lines = append(m.lines, clean(line))
		m.count++
	}
	m.lines = m.lines[max(0, len(m.lines)-maxMessages):]
	return len(p), nil
}

// Lines are those that are kept, and how many there were ever.
func (m *Messages) Lines() ([]string, int) {
	if m == nil {
		return nil, 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.lines...), m.count
}
