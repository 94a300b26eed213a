// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// container is a container's state. What the engine was given is copied into
// it, and what it gives out is copied from it.
type container struct {
	id       engine.ID
	sequence uint64
	name     string
	cfg      engine.ContainerConfig
	labels   map[string]string // with those of the image
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
	files      map[string]engine.File // delivered, by path
	stats      *engine.Stats          // nil when they are made up
	restarts   int                    // by the engine's own policy

	// restartAt is when the engine's own policy restarts it, zero when it does
	// not, after restartDelay.
	restartAt    time.Time
	restartDelay time.Duration

	health   engine.Health
	failures int
	// exitAt and healthAt are when the process ends and the check turns, zero
	// when they do not.
	exitAt   time.Time
	healthAt time.Time
	// answers are what SetAnswers said since the last start.
	answers map[string]bool

	endpoints []*endpoint // sorted by network name
	networked bool        // ever had one
	ports     []engine.PortBinding
	volumes   []string // named ones, sorted
	anonymous []string

	view   *engine.Object          // nil when something changed since
	config *engine.ContainerConfig // that of the view
}

func (c *container) running() bool {
	return c.status == engine.StatusRunning || c.status == engine.StatusPaused
}

// nameForm is what engines take for a name.
var nameForm = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]*$`)

// CreateContainer creates a container.
func (e *Engine) CreateContainer(ctx context.Context, cfg engine.ContainerConfig) (engine.ID, error) {
	op := Op{Name: "CreateContainer", Arg: cfg.Name}
	var id engine.ID
	err := e.write(ctx, op, func() (err error) {
		id, err = e.create(op, cfg)
		return err
	})
	if err != nil {
		return engine.ID{}, err
	}
	return id, nil
}

func (e *Engine) create(op Op, cfg engine.ContainerConfig) (engine.ID, error) {
	img, err := e.admit(op, cfg)
	if err != nil {
		return engine.ID{}, err
	}
	now := e.opts.Clock()
	id, sequence := e.newID()
	c := &container{
		id:       engine.ID{Kind: engine.KindContainer, Value: id},
		sequence: sequence,
		name:     cmp.Or(cfg.Name, "unnamed-"+id[:12]),
		cfg:      withoutLabels(cfg),
		files:    map[string]engine.File{},
		labels:   merge(img.behaviour.Labels, cfg.Labels),
		image:    img,
		created:  now,
		status:   engine.StatusCreated,
	}
	if cfg.NetworkMode == "" {
		for _, at := range cfg.Attachments {
			c.addEndpoint(at)
		}
	}
	e.mount(now, c)
	e.containers[id] = c
	e.names[c.name] = c
	e.note(now, c, "create")
	return c.id, nil
}

// admit checks what a creation needs and returns the image.
func (e *Engine) admit(op Op, cfg engine.ContainerConfig) (*image, error) {
	img := e.imageOf(cfg.Image)
	if img == nil {
		return nil, refuse(op, engine.ImageNotFound, "no such image: %s", cfg.Image)
	}
	if cfg.Name != "" && !nameForm.MatchString(cfg.Name) {
		return nil, refuse(op, engine.Invalid, "invalid container name %q", cfg.Name)
	}
	if holder, taken := e.names[cfg.Name]; taken {
		return nil, refuse(op, engine.NameInUse, "the name is in use by %s", holder.id)
	}
	if cfg.Platform != "" && cfg.Platform != img.platform() {
		return nil, refuse(op, engine.PlatformMismatch, "the image %s is for %s, not for %s", cfg.Image, img.platform(), cfg.Platform)
	}
	if err := checkResources(op, cfg.Resources); err != nil {
		return nil, err
	}
	for _, m := range cfg.Mounts {
		if !e.mountable(m) {
			return nil, refuse(op, engine.MountSourceMissing, "the %s %q does not exist", m.Type, m.Source)
		}
	}
	for _, at := range cfg.Attachments {
		if e.networkNamed(at.Network) == nil {
			return nil, refuse(op, engine.NetworkNotFound, "network %s not found", at.Network)
		}
	}
	return img, nil
}

// mountable reports that the source of a mount exists. A real engine would make
// up a volume that does not, without labels; its adapter refuses that.
func (e *Engine) mountable(m engine.Mount) bool {
	switch {
	case m.Type == engine.MountVolume && m.Source != "":
		return e.volumes[m.Source] != nil
	case m.Type == engine.MountBind && e.opts.HostPath != nil && !m.CreateHostPath:
		return e.opts.HostPath(m.Source)
	}
	return true
}

// Rename gives a container another name.
func (e *Engine) Rename(ctx context.Context, id engine.ID, name string) error {
	op := Op{Name: "Rename", ID: id, Arg: name}
	return e.write(ctx, op, func() error { return e.rename(op, id, name) })
}

func (e *Engine) rename(op Op, id engine.ID, name string) error {
	c, err := e.container(op, id)
	if err != nil {
		return err
	}
	holder, taken := e.names[name]
	switch {
	case holder == c:
		return nil
	case taken:
		return refuse(op, engine.NameInUse, "the name is in use by %s", holder.id)
	case !nameForm.MatchString(name):
		return refuse(op, engine.Invalid, "invalid container name %q", name)
	}
	delete(e.names, c.name)
	c.name = name
	e.names[name] = c
	e.note(e.opts.Clock(), c, "rename")
	return nil
}

// Remove removes an object.
func (e *Engine) Remove(ctx context.Context, id engine.ID) error {
	op := Op{Name: "Remove", ID: id}
	return e.write(ctx, op, func() error { return e.remove(op, id) })
}

func (e *Engine) remove(op Op, id engine.ID) error {
	switch id.Kind {
	case engine.KindContainer:
		if c, ok := e.containers[id.Value]; ok {
			e.removeContainer(c)
		}
		return nil
	case engine.KindNetwork:
		return e.removeNetwork(op, id)
	case engine.KindVolume:
		return e.removeVolume(op, id)
	}
	return refuse(op, engine.Invalid, "objects of kind %q are not removed", id.Kind)
}

func (e *Engine) removeContainer(c *container) {
	now := e.opts.Clock()
	if c.running() {
		e.note(now, c, "kill")
		e.end(now, c, killedCode)
	}
	delete(e.containers, c.id.Value)
	delete(e.names, c.name)
	for _, name := range c.anonymous {
		delete(e.volumes, name)
		e.emit(now, engine.ID{Kind: engine.KindVolume, Value: name}, "destroy", nil)
	}
	e.note(now, c, "destroy")
}

// container is that of an ID, or NotFound.
func (e *Engine) container(op Op, id engine.ID) (*container, error) {
	c, ok := e.containers[id.Value]
	if !ok || id.Kind != engine.KindContainer {
		return nil, refuse(op, engine.NotFound, "no such container")
	}
	return c, nil
}

// note tells of a change of a container.
func (e *Engine) note(now time.Time, c *container, action string) {
	c.view = nil
	c.log.wake()
	e.changed()
	e.emit(now, c.id, action, c.labels)
}

func merge(under, over map[string]string) map[string]string {
	out := make(map[string]string, len(under)+len(over))
	maps.Copy(out, under)
	maps.Copy(out, over)
	return out
}

// withoutLabels copies a configuration for keeping: labels are merged with those
// of the image, and endpoints hold the attachments.
func withoutLabels(cfg engine.ContainerConfig) engine.ContainerConfig {
	cfg.Labels, cfg.Attachments = nil, nil
	return cfg.Clone()
}

// check is the health check in force; nil when there is none.
func (c *container) check() *engine.HealthCheck {
	if c.cfg.HealthCheck == nil {
		return c.image.behaviour.Config.HealthCheck
	}
	return c.cfg.HealthCheck
}

// peers are the containers whose namespaces one shares.
func peers(cfg engine.ContainerConfig) []string {
	var out []string
	for _, mode := range []string{cfg.NetworkMode, cfg.IPC, cfg.PID} {
		if id, shares := strings.CutPrefix(mode, "container:"); shares {
			out = append(out, id)
		}
	}
	return out
}

// peer is the container of that ID or name, nil when there is none.
func (e *Engine) peer(id string) *container {
	if c, ok := e.containers[id]; ok {
		return c
	}
	return e.names[id]
}

// peersRun refuses a start for want of a container whose namespaces it shares.
func (e *Engine) peersRun(op Op, c *container) error {
	for _, id := range peers(c.cfg) {
		switch p := e.peer(id); {
		case p == nil:
			return refuse(op, engine.PeerUnavailable, "no such container: %s", id)
		case !p.running():
			return refuse(op, engine.PeerUnavailable, "container %s is not running", id)
		}
	}
	return nil
}
