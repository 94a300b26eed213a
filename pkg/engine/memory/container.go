// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"context"
	"maps"
	"regexp"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// container is the state of a container. It shares no memory with the callers of
// the engine.
type container struct {
	id       engine.ID
	sequence uint64
	name     string
	cfg      engine.ContainerConfig
	labels   map[string]string // including the image's labels
	image    *image
	created  time.Time

	status     engine.Status
	startedAt  time.Time
	finishedAt time.Time
	exitCode   int
	oomKilled  bool
	stopAsked  time.Time
	err        string
	log        log
	files      map[string]engine.File // delivered files by path
	stats      *engine.Stats          // nil unless SetStats was called
	restarts   int                    // by the engine's own policy

	// restartAt is the time of the restart by the engine's own policy, after
	// restartDelay; zero if there is none.
	restartAt    time.Time
	restartDelay time.Duration

	health   engine.Health
	failures int
	// exitAt and healthAt are the times at which the process exits and at which
	// the health changes; zero if they do not.
	exitAt   time.Time
	healthAt time.Time
	// answers holds the results set by SetAnswers since the last start.
	answers map[string]bool

	endpoints []*endpoint // sorted by network name
	networked bool        // ever had an endpoint
	// baseNetwork is the network on which the container was created.
	baseNetwork string
	ports       []engine.PortBinding
	volumes     []string // named volumes, sorted
	anonymous   []string

	view   *engine.Object          // nil after a change
	config *engine.ContainerConfig // the view's configuration
}

func (c *container) running() bool {
	return c.status == engine.StatusRunning || c.status == engine.StatusPaused
}

// healthCheck returns the health check in effect; nil if there is none.
func (c *container) healthCheck() *engine.HealthCheck {
	if c.cfg.HealthCheck == nil {
		return c.image.behaviour.Config.HealthCheck
	}
	return c.cfg.HealthCheck
}

// namePattern is the form of the names that engines accept.
var namePattern = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]*$`)

// CreateContainer creates a container; see engine.Writer.
func (e *Engine) CreateContainer(ctx context.Context, cfg engine.ContainerConfig) (engine.ID, error) {
	op := Op{Name: "CreateContainer", Arg: cfg.Name}
	var id engine.ID
	err := e.write(ctx, op, func() (err error) {
		id, err = e.containers.create(op, cfg)
		return err
	})
	if err != nil {
		return engine.ID{}, err
	}
	return id, nil
}

// Rename renames a container; see engine.Writer.
func (e *Engine) Rename(ctx context.Context, id engine.ID, name string) error {
	op := Op{Name: "Rename", ID: id, Arg: name}
	return e.write(ctx, op, func() error { return e.containers.rename(op, id, name) })
}

// Start starts a container; see engine.Writer.
func (e *Engine) Start(ctx context.Context, id engine.ID) error {
	op := Op{Name: "Start", ID: id}
	return e.write(ctx, op, func() error { return e.containers.start(op, id) })
}

// Stop stops a container at once. The grace is ignored: whether the container
// exits on the signal or is killed depends on its image.
func (e *Engine) Stop(ctx context.Context, id engine.ID, _ time.Duration) error {
	op := Op{Name: "Stop", ID: id}
	return e.write(ctx, op, func() error {
		c, err := e.containers.byID(op, id)
		if err != nil {
			return err
		}
		e.containers.stop(e.clock(), c)
		return nil
	})
}

// mergeLabels returns the labels of both maps; over takes precedence.
func mergeLabels(under, over map[string]string) map[string]string {
	out := make(map[string]string, len(under)+len(over))
	maps.Copy(out, under)
	maps.Copy(out, over)
	return out
}

// withoutLabels returns a copy of cfg to keep. Labels are left out because they
// are merged with the image's labels, attachments because endpoints hold them.
func withoutLabels(cfg engine.ContainerConfig) engine.ContainerConfig {
	cfg.Labels, cfg.Attachments = nil, nil
	return cfg.Clone()
}

// namespacePeers returns the IDs or names of the containers whose namespaces a
// configuration shares.
func namespacePeers(cfg engine.ContainerConfig) []string {
	var out []string
	for _, mode := range []string{cfg.NetworkMode, cfg.IPC, cfg.PID} {
		if id, shares := strings.CutPrefix(mode, "container:"); shares {
			out = append(out, id)
		}
	}
	return out
}
