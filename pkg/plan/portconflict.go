// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// portConflicts decides which of several containers may have a host port.
type portConflicts struct{ World }

// blockers returns a blocker for each container that has, or has a better claim
// to, a host port of obj.
func (p portConflicts) blockers(obj spec.Object) []Blocker {
	var blockers []Blocker
	for _, k := range p.index.portRivals(obj) {
		rival := p.Desired.Objects[k]
		mine, theirs, conflict := p.conflict(obj, rival)
		if !conflict || p.atRest(k) || !p.hasPrecedence(rival, theirs, obj, mine) {
			continue
		}
		message := fmt.Sprintf("port %s is also published by %s", bindingText(mine), k)
		if rival.Source.File != "" {
			message += " (" + rival.Source.String() + ")"
		}
		blockers = append(blockers, Blocker{
			Key: k, Reason: condition.ReasonPortInUse, Stalls: true, Message: message + ": publish another port",
		})
	}
	return append(blockers, p.releasing(obj)...)
}

// releasing returns a blocker for each container of ours that still has a host
// port of obj although its own manifest no longer asks for it.
func (p portConflicts) releasing(obj spec.Object) []Blocker {
	var blockers []Blocker
	for _, port := range obj.Container.PublishedPorts() {
		at := hostPort{port.Protocol, port.Host}
		for _, k := range p.index.bound[at] {
			if k == obj.Key() || slices.Contains(p.index.ports[at], k) {
				continue
			}
			blockers = append(blockers, Blocker{
				Key: k, Reason: condition.ReasonPortInUse,
				Message: fmt.Sprintf("port %d/%s is still bound by %s, which is releasing it", port.Host, port.Protocol, k),
			})
		}
	}
	return blockers
}

// conflict returns a host port that both manifests ask for.
func (p portConflicts) conflict(a, b spec.Object) (mine, theirs engine.PortBinding, found bool) {
	for _, mine := range hostPorts(p).bindings(a) {
		for _, theirs := range hostPorts(p).bindings(b) {
			if mine.HostPort == theirs.HostPort && mine.Protocol == theirs.Protocol && sameAddress(mine.HostIP, theirs.HostIP) {
				return mine, theirs, true
			}
		}
	}
	return engine.PortBinding{}, engine.PortBinding{}, false
}

// sameAddress reports whether a port at one address excludes the same port at
// the other.
func sameAddress(a, b string) bool {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	if errX != nil || errY != nil {
		return a == b
	}
	return x == y || x.Is4() == y.Is4() && (x.IsUnspecified() || y.IsUnspecified())
}

// atRest reports whether a container does not run and will not be started.
func (p portConflicts) atRest(k spec.Key) bool {
	if p.isRunning(k) {
		return false
	}
	c := incarnationsOf(p.World, p.Desired.Objects[k])
	_, held := c.holdBlocker()
	return held || p.suspended(k) || c.main != nil && c.finished()
}

// hasPrecedence reports whether rival may have the port rather than obj: the
// container that binds it now wins, otherwise the manifest that was declared first.
func (p portConflicts) hasPrecedence(rival spec.Object, theirs engine.PortBinding, obj spec.Object, mine engine.PortBinding) bool {
	switch {
	case p.binds(rival.Key(), theirs):
		return true
	case p.binds(obj.Key(), mine):
		return false
	}
	return cmp.Or(
		cmp.Compare(rival.Source.File, obj.Source.File), cmp.Compare(rival.Source.Line, obj.Source.Line),
		rival.Key().Compare(obj.Key()),
	) < 0
}

// binds reports whether a running container of the key has the port.
func (p portConflicts) binds(k spec.Key, b engine.PortBinding) bool {
	return slices.Contains(p.index.bound[hostPort{b.Protocol, b.HostPort}], k)
}

func bindingText(b engine.PortBinding) string {
	if strings.Contains(b.HostIP, ":") {
		return fmt.Sprintf("[%s]:%d/%s", b.HostIP, b.HostPort, b.Protocol)
	}
	return fmt.Sprintf("%s:%d/%s", b.HostIP, b.HostPort, b.Protocol)
}
