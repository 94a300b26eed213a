// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
	"sync"
)

// maxMessages is the number of lines that Messages keeps.
const maxMessages = 500

// Messages is a writer that keeps the last lines of a log, so that the log does
// not disturb the screen. It is safe for concurrent use; nil has no lines.
type Messages struct {
	mu    sync.Mutex
	lines []string
	count int
}

// Write adds the lines in p, which must be complete.
func (m *Messages) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for line := range strings.Lines(string(p)) {
		m.lines = append(m.lines, sanitize(line))
		m.count++
	}
	m.lines = m.lines[max(0, len(m.lines)-maxMessages):]
	return len(p), nil
}

// Lines returns the kept lines and the number of lines ever written.
func (m *Messages) Lines() ([]string, int) {
	if m == nil {
		return nil, 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.lines...), m.count
}
