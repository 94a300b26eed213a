// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Free ports are chosen from below the range from which systems assign ephemeral
// ports.
const (
	firstFreePort = 20000
	freePorts     = 10000
	// freeStep leads to the next candidate after a port that was in use.
	freeStep = 7919
)

// defaultPublishAddress is the host address of published ports that name none.
const defaultPublishAddress = "127.0.0.1"

// hostPort is a port of the host at any address.
type hostPort struct {
	protocol string
	port     int
}

// hostPorts chooses the host ports of containers.
type hostPorts struct{ World }

// bindings returns the ports that a container publishes. It chooses the host
// ports that the manifest leaves open.
func (p hostPorts) bindings(obj spec.Object) []engine.PortBinding {
	var bindings []engine.PortBinding
	used := map[hostPort]bool{}
	for _, port := range obj.Container.PublishedPorts() {
		b := engine.PortBinding{
			HostIP: cmp.Or(port.HostIP, p.PublishAddress, defaultPublishAddress), HostPort: port.Host,
			ContainerPort: port.Container, Protocol: port.Protocol,
		}
		if b.HostPort == 0 {
			b.HostPort = p.freePort(obj.Key(), b, used)
		}
		used[hostPort{b.Protocol, b.HostPort}] = true
		bindings = append(bindings, b)
	}
	return bindings
}

// freePort chooses a host port: the port that the container already has, or one
// derived from the names, so that it survives recreations and restarts of the
// controller. Each failure with a port in use leads to another candidate.
func (p hostPorts) freePort(k spec.Key, b engine.PortBinding, used map[hostPort]bool) int {
	attempt := 0
	if f := p.History[k].Failure; f != nil && f.Code == engine.PortInUse {
		attempt = f.Attempts
	}
	if port := p.previousPort(k, b); port > 0 && attempt == 0 && !used[hostPort{b.Protocol, port}] {
		return port
	}
	sum := fnv.New32a()
	_, _ = fmt.Fprintf(sum, "%s %d/%s", k, b.ContainerPort, b.Protocol)
	at := int(sum.Sum32()%freePorts) + attempt*freeStep
	for {
		port := firstFreePort + at%freePorts
		if !used[hostPort{b.Protocol, port}] && len(p.index.ports[hostPort{b.Protocol, port}]) == 0 {
			return port
		}
		at++
	}
}

// previousPort returns the host port that a container of the key had when it
// last ran; zero when there is none.
func (p hostPorts) previousPort(k spec.Key, b engine.PortBinding) int {
	port := 0
	for _, inc := range p.index.owned[k] {
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

// addDesiredPorts indexes the host ports that a manifest asks for by number.
func (ix *index) addDesiredPorts(obj spec.Object) {
	if obj.Container == nil {
		return
	}
	for _, p := range obj.Container.PublishedPorts() {
		if p.Host > 0 {
			at := hostPort{p.Protocol, p.Host}
			ix.ports[at] = append(ix.ports[at], obj.Key())
		}
	}
}

// addBoundPorts indexes the host ports that a running container of ours has.
func (ix *index) addBoundPorts(k spec.Key, c *engine.Container) {
	if c == nil || !c.Running() {
		return
	}
	for _, b := range c.Ports {
		at := hostPort{b.Protocol, b.HostPort}
		if !slices.Contains(ix.bound[at], k) { // a port can be bound at two addresses
			ix.bound[at] = append(ix.bound[at], k)
		}
	}
}

// portWaiters returns the manifests that ask for a host port of a container.
func (ix *index) portWaiters(c *engine.Container) []spec.Key {
	if c == nil {
		return nil
	}
	var keys []spec.Key
	for _, b := range c.Ports {
		keys = append(keys, ix.ports[hostPort{b.Protocol, b.HostPort}]...)
	}
	return keys
}

// portRivals returns the other manifests that ask for a host port of obj.
func (ix *index) portRivals(obj spec.Object) []spec.Key {
	var rivals []spec.Key
	if obj.Container == nil || len(ix.ports) == 0 {
		return nil
	}
	for _, p := range obj.Container.PublishedPorts() {
		for _, rival := range ix.ports[hostPort{p.Protocol, p.Host}] {
			if rival != obj.Key() {
				rivals = append(rivals, rival)
			}
		}
	}
	return rivals
}
