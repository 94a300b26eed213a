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

// oomKills remembers which containers the kernel killed for want of memory. The
// engine learns of such a kill and of the exit on two ways; when the exit is the
// first to come, the state that it keeps does not say why, and only the event
// does that follows. The zero value is ready for use.
type oomKills struct {
	mu sync.Mutex
	at map[string]time.Time // by the container's ID
}

// note takes in an event.
func (o *oomKills) note(m events.Message) {
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
	case events.ActionStart, events.ActionDestroy:
		delete(o.at, m.Actor.ID)
	}
}

// complete adds to a container that ended what the engine's state left out.
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
