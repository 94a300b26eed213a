// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"net/netip"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Free ports are taken from below those that systems hand out by themselves.
const (
	firstFreePort = 20000
	freePorts     = 10000
	// freeStep leads to another candidate after one that was taken.
	freeStep = 7919
)

// socket is a port of the host, whatever the address.
type socket struct {
	protocol string
	port     int
}

// bindings are the ports that a container publishes, free ones chosen.
func (w World) bindings(obj spec.Object) []engine.PortBinding {
	var bindings []engine.PortBinding
	used := map[socket]bool{}
	for _, p := range obj.Container.PublishedPorts() {
		b := engine.PortBinding{
			HostIP: cmp.Or(p.HostIP, w.PublishAddress, defaultPublishAddress), HostPort: p.Host,
			ContainerPort: p.Container, Protocol: p.Protocol,
		}
		if b.HostPort == 0 {
			b.HostPort = w.freePort(obj.Key(), b, used)
		}
		used[socket{b.Protocol, b.HostPort}] = true
		bindings = append(bindings, b)
	}
	return bindings
}

// freePort chooses the host's port where the manifest leaves it open: the one
// that the container has, else one that follows from the names, so that it stays
// over recreations and over restarts of the controller. What turned out to be
// taken is passed over.
func (w World) freePort(k spec.Key, b engine.PortBinding, used map[socket]bool) int {
	attempt := 0
	if f := w.History[k].Failure; f != nil && f.Code == engine.PortInUse {
		attempt = f.Attempts
	}
	if port := w.keptPort(k, b); port > 0 && attempt == 0 && !used[socket{b.Protocol, port}] {
		return port
	}
	sum := fnv.New32a()
	_, _ = fmt.Fprintf(sum, "%s %d/%s", k, b.ContainerPort, b.Protocol)
	at := int(sum.Sum32()%freePorts) + attempt*freeStep
	for {
		port := firstFreePort + at%freePorts
		if !used[socket{b.Protocol, port}] && len(w.index.ports[socket{b.Protocol, port}]) == 0 {
			return port
		}
		at++
	}
}

// keptPort is the host's port that a container of the key had when it last ran;
// zero when there is none.
func (w World) keptPort(k spec.Key, b engine.PortBinding) int {
	port := 0
	for _, inc := range w.index.owned[k] {
		if inc.obj.Container.StartedAt.IsZero() || inc.obj.Container.Config == nil {
			continue
		}
		for _, had := range inc.obj.Container.Config.Ports {
			if had.ContainerPort == b.ContainerPort && had.Protocol == b.Protocol && had.HostPort > 0 {
				port = had.HostPort
			}
		}
	}
	return port
}

// claim files the ports that a manifest asks for by number.
func (ix *index) claim(obj spec.Object) {
	if obj.Container == nil {
		return
	}
	for _, p := range obj.Container.PublishedPorts() {
		if p.Host > 0 {
			at := socket{p.Protocol, p.Host}
			ix.ports[at] = append(ix.ports[at], obj.Key())
		}
	}
}

// bind files the ports that a running container of ours has.
func (ix *index) bind(k spec.Key, c *engine.Container) {
	if c == nil || !c.Running() {
		return
	}
	for _, b := range c.Ports {
		at := socket{b.Protocol, b.HostPort}
		if !slices.Contains(ix.bound[at], k) { // at two addresses
			ix.bound[at] = append(ix.bound[at], k)
		}
	}
}

// waiting are the manifests that ask for a port which the container has.
func (ix *index) waiting(c *engine.Container) []spec.Key {
	if c == nil {
		return nil
	}
	var keys []spec.Key
	for _, b := range c.Ports {
		keys = append(keys, ix.ports[socket{b.Protocol, b.HostPort}]...)
	}
	return keys
}

// portRivals are the other manifests that ask for a port of the object's.
func (w World) portRivals(obj spec.Object) []spec.Key {
	var rivals []spec.Key
	if obj.Container == nil || len(w.index.ports) == 0 {
		return nil
	}
	for _, p := range obj.Container.PublishedPorts() {
		for _, rival := range w.index.ports[socket{p.Protocol, p.Host}] {
			if rival != obj.Key() {
				rivals = append(rivals, rival)
			}
		}
	}
	return rivals
}

// portBlockers are the manifests that have a port which obj asks for too, and
// were there before it.
func (w World) portBlockers(obj spec.Object) []Blocker {
	var blockers []Blocker
	for _, k := range w.portRivals(obj) {
		rival := w.Desired.Objects[k]
		mine, yours, clash := w.clash(obj, rival)
		if !clash || w.restsItsPorts(k) || !w.firstAtPort(rival, yours, obj, mine) {
			continue
		}
		message := fmt.Sprintf("the port %s is that of %s", bindingText(mine), k)
		if rival.Source.File != "" {
			message += " (" + rival.Source.String() + ")"
		}
		blockers = append(blockers, Blocker{
			Key: k, Reason: condition.ReasonPortInUse, Stalls: true, Message: message + ": publish another one",
		})
	}
	return append(blockers, w.portLeavers(obj)...)
}

// portLeavers are containers of ours that still have a port which obj asks for,
// and which their own manifests ask for no more.
func (w World) portLeavers(obj spec.Object) []Blocker {
	var blockers []Blocker
	for _, p := range obj.Container.PublishedPorts() {
		at := socket{p.Protocol, p.Host}
		for _, k := range w.index.bound[at] {
			if k == obj.Key() || slices.Contains(w.index.ports[at], k) {
				continue
			}
			blockers = append(blockers, Blocker{
				Key: k, Reason: condition.ReasonPortInUse,
				Message: fmt.Sprintf("the port %d/%s is still held by %s, which gives it up", p.Host, p.Protocol, k),
			})
		}
	}
	return blockers
}

// clash finds a port of the host that two manifests ask for.
func (w World) clash(a, b spec.Object) (mine, yours engine.PortBinding, found bool) {
	for _, mine := range w.bindings(a) {
		for _, yours := range w.bindings(b) {
			if mine.HostPort == yours.HostPort && mine.Protocol == yours.Protocol && sameAddress(mine.HostIP, yours.HostIP) {
				return mine, yours, true
			}
		}
	}
	return engine.PortBinding{}, engine.PortBinding{}, false
}

// sameAddress reports that a port at one address is taken by one at the other.
func sameAddress(a, b string) bool {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	if errX != nil || errY != nil {
		return a == b
	}
	return x == y || x.Is4() == y.Is4() && (x.IsUnspecified() || y.IsUnspecified())
}

// restsItsPorts reports that a container does not run and is not going to.
func (w World) restsItsPorts(k spec.Key) bool {
	if w.runs(k) {
		return false
	}
	c := w.castOf(w.Desired.Objects[k])
	_, held := w.stopHeld(c)
	return held || w.suspended(k) || c.main != nil && w.finished(c.obj, c.main.obj.Container)
}

// firstAtPort reports that rival may have the port rather than obj: it has it
// now, or else it was declared first.
func (w World) firstAtPort(rival spec.Object, yours engine.PortBinding, obj spec.Object, mine engine.PortBinding) bool {
	switch {
	case w.binds(rival.Key(), yours):
		return true
	case w.binds(obj.Key(), mine):
		return false
	}
	return cmp.Or(
		cmp.Compare(rival.Source.File, obj.Source.File), cmp.Compare(rival.Source.Line, obj.Source.Line),
		rival.Key().Compare(obj.Key()),
	) < 0
}

// binds reports that a running container of the key has the port.
func (w World) binds(k spec.Key, b engine.PortBinding) bool {
	return slices.Contains(w.index.bound[socket{b.Protocol, b.HostPort}], k)
}

// publishes reports that a container is on a network from which ports are
// published: from an internal one none are.
func (w World) publishes(state *engine.Container) bool {
	return slices.ContainsFunc(state.Attachments, func(at engine.Attachment) bool {
		networks := w.index.named[place{engine.KindNetwork, at.Network}]
		return len(networks) == 0 || !networks[0].Network.Internal
	})
}

func bindingText(b engine.PortBinding) string {
	if strings.Contains(b.HostIP, ":") {
		return fmt.Sprintf("[%s]:%d/%s", b.HostIP, b.HostPort, b.Protocol)
	}
	return fmt.Sprintf("%s:%d/%s", b.HostIP, b.HostPort, b.Protocol)
}
