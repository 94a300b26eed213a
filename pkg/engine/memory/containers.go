// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// containers holds the containers and runs them.
type containers struct {
	*shared
	images   *images
	networks *networks
	volumes  *volumes
	ports    *ports

	byValue map[string]*container // by the value of the ID
	byName  map[string]*container
	// isJob reports whether a container exits by itself, from its labels.
	isJob func(labels map[string]string) bool
	// hostPath reports whether a host path exists; nil means that every path does.
	hostPath func(path string) bool
	// needsBaseNetwork is Options.NeedsBaseNetwork.
	needsBaseNetwork bool
}

func newContainers(s *state, hostPath func(string) bool) *containers {
	return &containers{
		shared: s.shared, images: s.images, networks: s.networks, volumes: s.volumes, ports: s.ports,
		byValue: map[string]*container{}, byName: map[string]*container{}, hostPath: hostPath,
	}
}

// byID returns the container with an ID, or NotFound.
func (cs *containers) byID(op Op, id engine.ID) (*container, error) {
	c, ok := cs.byValue[id.Value]
	if !ok || id.Kind != engine.KindContainer {
		return nil, refuse(op, engine.NotFound, "no such container")
	}
	return c, nil
}

// runningByID returns the container with an ID if it runs, paused or not;
// otherwise NotFound or NotRunning.
func (cs *containers) runningByID(op Op, id engine.ID) (*container, error) {
	c, err := cs.byID(op, id)
	if err != nil {
		return nil, err
	}
	if !c.running() {
		return nil, refuse(op, engine.NotRunning, "container %s is not running", c.name)
	}
	return c, nil
}

// inOrder returns the containers in the order of their creation.
func (cs *containers) inOrder() []*container {
	return slices.SortedFunc(maps.Values(cs.byValue), func(a, b *container) int {
		return cmp.Compare(a.sequence, b.sequence)
	})
}

// userOf returns a container that mounts a volume; nil if there is none.
func (cs *containers) userOf(volume string) *container {
	for _, c := range cs.byValue {
		if slices.Contains(c.volumes, volume) || slices.Contains(c.anonymous, volume) {
			return c
		}
	}
	return nil
}

func (cs *containers) create(op Op, cfg engine.ContainerConfig) (engine.ID, error) {
	img, err := cs.checkCreation(op, cfg)
	if err != nil {
		return engine.ID{}, err
	}
	now := cs.clock()
	id, sequence := cs.newID()
	c := &container{
		id:       engine.ID{Kind: engine.KindContainer, Value: id},
		sequence: sequence,
		name:     cmp.Or(cfg.Name, "unnamed-"+id[:12]),
		cfg:      withoutLabels(cfg),
		files:    map[string]engine.File{},
		labels:   mergeLabels(img.behaviour.Labels, cfg.Labels),
		image:    img,
		created:  now,
		status:   engine.StatusCreated,
	}
	if cfg.NetworkMode == "" {
		for _, at := range cfg.Attachments {
			c.addEndpoint(at)
		}
		if len(cfg.Attachments) > 0 {
			c.baseNetwork = cfg.Attachments[0].Network
		}
	}
	cs.volumes.attach(now, c)
	cs.byValue[id] = c
	cs.byName[c.name] = c
	cs.recordChange(now, c, "create")
	return c.id, nil
}

// checkCreation returns the image of a new container, or the reason why it cannot
// be created.
func (cs *containers) checkCreation(op Op, cfg engine.ContainerConfig) (*image, error) {
	img := cs.images.local(cfg.Image)
	if img == nil {
		return nil, refuse(op, engine.ImageNotFound, "no such image: %s", cfg.Image)
	}
	if cfg.Name != "" && !namePattern.MatchString(cfg.Name) {
		return nil, refuse(op, engine.Invalid, "invalid container name %q", cfg.Name)
	}
	if holder, taken := cs.byName[cfg.Name]; taken {
		return nil, refuse(op, engine.NameInUse, "the name is in use by %s", holder.id)
	}
	if cfg.Platform != "" && cfg.Platform != img.platform() {
		return nil, refuse(op, engine.PlatformMismatch, "the image %s is for %s, not for %s", cfg.Image, img.platform(), cfg.Platform)
	}
	if err := checkResources(op, cfg.Resources); err != nil {
		return nil, err
	}
	for _, m := range cfg.Mounts {
		if !cs.mountable(m) {
			return nil, refuse(op, engine.MountSourceMissing, "the %s %q does not exist", m.Type, m.Source)
		}
	}
	for _, at := range cfg.Attachments {
		if cs.networks.byName(at.Network) == nil {
			return nil, refuse(op, engine.NetworkNotFound, "network %s not found", at.Network)
		}
	}
	return img, nil
}

// mountable reports whether the source of a mount exists. A Docker engine would
// create a missing volume without labels, which its adapter prevents.
func (cs *containers) mountable(m engine.Mount) bool {
	switch {
	case m.Type == engine.MountVolume && m.Source != "":
		return cs.volumes.byName[m.Source] != nil
	case m.Type == engine.MountBind && cs.hostPath != nil && !m.CreateHostPath:
		return cs.hostPath(m.Source)
	}
	return true
}

func (cs *containers) rename(op Op, id engine.ID, name string) error {
	c, err := cs.byID(op, id)
	if err != nil {
		return err
	}
	holder, taken := cs.byName[name]
	switch {
	case holder == c:
		return nil
	case taken:
		return refuse(op, engine.NameInUse, "the name is in use by %s", holder.id)
	case !namePattern.MatchString(name):
		return refuse(op, engine.Invalid, "invalid container name %q", name)
	}
	delete(cs.byName, c.name)
	c.name = name
	cs.byName[name] = c
	cs.recordChange(cs.clock(), c, "rename")
	return nil
}

// remove kills a container and removes it with its anonymous volumes.
func (cs *containers) remove(id engine.ID) {
	c, ok := cs.byValue[id.Value]
	if !ok {
		return
	}
	now := cs.clock()
	if c.running() {
		cs.recordChange(now, c, "kill")
		cs.endProcess(now, c, killedCode)
	}
	delete(cs.byValue, c.id.Value)
	delete(cs.byName, c.name)
	for _, name := range c.anonymous {
		cs.volumes.remove(engine.ID{Kind: engine.KindVolume, Value: name})
	}
	cs.recordChange(now, c, "destroy")
}

// recordChange drops the cached view of a container and emits an event.
func (cs *containers) recordChange(now time.Time, c *container, action string) {
	c.view = nil
	c.log.wakeReaders()
	cs.invalidate()
	cs.emit(now, c.id, action, c.labels)
}

// checkPeers returns PeerUnavailable if a container whose namespace c shares does
// not run.
func (cs *containers) checkPeers(op Op, c *container) error {
	for _, ref := range namespacePeers(c.cfg) {
		p, ok := cs.byValue[ref]
		if !ok {
			p, ok = cs.byName[ref]
		}
		if !ok {
			return refuse(op, engine.PeerUnavailable, "no such container: %s", ref)
		}
		if !p.running() {
			return refuse(op, engine.PeerUnavailable, "container %s is not running", ref)
		}
	}
	return nil
}
