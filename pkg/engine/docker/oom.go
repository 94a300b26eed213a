// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"sync"
	"time"

	"github.com/docker/docker/api/types/events"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// sigkilled is the exit code of a process that SIGKILL ended.
const sigkilled = 137

// oomKillsSize limits the number of remembered kills. It is reached only if the
// events that end them are lost; the oldest kill is forgotten then.
const oomKillsSize = 1024

// oomKills remembers the containers that the kernel killed because memory ran
// out. The engine learns of such a kill and of the exit separately. If it learns
// of the exit first, its state lacks the cause, and only a later event contains it.
// The zero value is ready for use.
type oomKills struct {
	mu sync.Mutex
	at map[string]time.Time // by the container's ID
}

// record evaluates an event: a kill is remembered until the container starts
// again or is removed.
func (o *oomKills) record(m events.Message) {
	if m.Type != events.ContainerEventType {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch m.Action {
	case events.ActionOOM:
		if o.at == nil {
			o.at = map[string]time.Time{}
		}
		o.at[m.Actor.ID] = time.Unix(0, m.TimeNano)
		if len(o.at) > oomKillsSize {
			o.dropOldest()
		}
	case events.ActionStart, events.ActionDestroy:
		delete(o.at, m.Actor.ID)
	}
}

func (o *oomKills) dropOldest() {
	oldest := ""
	for id, at := range o.at {
		if oldest == "" || at.Before(o.at[oldest]) {
			oldest = id
		}
	}
	delete(o.at, oldest)
}

// complete sets OOMKilled of an exited container if a kill is remembered for its
// last run.
func (o *oomKills) complete(obj engine.Object) {
	c := obj.Container
	if c.Status != engine.StatusExited || c.ExitCode != sigkilled {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if at, ok := o.at[obj.ID.Value]; ok && at.After(c.StartedAt) {
		c.OOMKilled = true
	}
}
