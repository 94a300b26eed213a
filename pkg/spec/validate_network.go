// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// validateNetworking finds what is wrong with how a container is reached and
// what it reaches.
func validateNetworking(o Object, fail fail) {
	c := o.Container
	validatePorts(c.Ports, fail)
	validateNetworks(c.Networks, fail)
	for i, address := range c.DNS {
		validateAddress(address, fmt.Sprintf("spec.dns[%d]", i), "IP address", netip.Addr.IsValid, fail)
	}
	notEmpty(c.DNS, "spec.dns", fail)
	notEmpty(c.DNSSearch, "spec.dnsSearch", fail)
	notEmpty(c.DNSOptions, "spec.dnsOptions", fail)
	for i, host := range c.ExtraHosts {
		at := fmt.Sprintf("spec.extraHosts[%d]", i)
		name, address, _ := strings.Cut(host, ":")
		if _, err := netip.ParseAddr(strings.Trim(address, "[]")); name == "" || err != nil && address != "host-gateway" {
			fail(at, fmt.Sprintf("%q is no host", host), `write "name:address", where the address may be host-gateway`)
		}
	}
	validateNetworkMode(o, fail)
}

// validateNetworkMode finds what is wrong with a mode, and what does not go with
// it.
func validateNetworkMode(o Object, fail fail) {
	c := o.Container
	if c.NetworkMode == "" {
		return
	}
	without := func(set bool, field string) {
		if set {
			fail("spec."+field, "it does not go with networkMode "+c.NetworkMode, "remove one of them")
		}
	}
	without(len(c.Networks) > 0, "networks")
	without(len(c.Ports) > 0, "ports")
	if owner, shared := SharedWith(c.NetworkMode, o.Metadata.Namespace); shared {
		validateShared(o, owner, "spec.networkMode", fail)
		without(c.Hostname != "", "hostname")
		without(c.DomainName != "", "domainName")
		without(len(c.DNS) > 0, "dns")
		without(len(c.ExtraHosts) > 0, "extraHosts")
		without(len(c.Expose) > 0, "expose")
		return
	}
	if c.NetworkMode != "host" && c.NetworkMode != "none" {
		hint := "to join networks, list them under networks"
		if name, found := strings.CutPrefix(c.NetworkMode, "service:"); found {
			hint = "did you mean \"container:" + name + "\"?"
		}
		fail("spec.networkMode", fmt.Sprintf("found %q, want host, none or container:<name>", c.NetworkMode), hint)
	}
}

// validateShared finds what is wrong with the container whose namespace is shared.
func validateShared(o Object, owner Key, at string, fail fail) {
	validateName(owner.Name, at, fail)
	validateName(owner.Namespace, at, fail)
	if owner == o.Key() {
		fail(at, "the container cannot share its own namespace", "name another container")
	}
}

var macAddress = regexp.MustCompile(`^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$`)

// validateAddress finds a text that is no address of the kind wanted.
func validateAddress(text, at, what string, kind func(netip.Addr) bool, fail fail) {
	example := "10.0.0.2"
	if what == "IPv6 address" {
		example = "fd00::2"
	}
	if address, err := netip.ParseAddr(text); text != "" && (err != nil || !kind(address)) {
		fail(at, fmt.Sprintf("%q is no %s", text, what), "write it in digits, such as "+example)
	}
}

// maxPublished is how many ports a container may publish: each costs the engine.
const maxPublished = 4096

func validatePorts(ports []Port, fail fail) {
	type binding struct {
		ip, protocol string
		host         int
	}
	seen := map[binding]int{}
	count := 0
	for i, p := range ports {
		at := fmt.Sprintf("spec.ports[%d]", i)
		if count += p.Container.Len(); count > maxPublished {
			fail(at, fmt.Sprintf("more than %d ports are published", maxPublished), "use networkMode: host")
			return
		}
		if p.Container.IsZero() {
			fail(at+".container", "missing", "name the container's port, from 1 to 65535")
		} else if !p.Host.IsZero() && p.Host.Len() != p.Container.Len() {
			fail(at+".host", fmt.Sprintf("%s are %d ports, and container has %d", p.Host, p.Host.Len(), p.Container.Len()),
				"make both ranges as long")
		}
		oneOf(p.Protocol, at+".protocol", fail, "tcp", "udp", "sctp")
		if _, err := netip.ParseAddr(p.HostIP); p.HostIP != "" && err != nil {
			fail(at+".hostIP", fmt.Sprintf("%q is no IP address", p.HostIP), "write it in digits, such as 127.0.0.1 or 0.0.0.0")
		}
		for k := range p.Host.Len() {
			b := binding{p.HostIP, p.Protocol, p.Host.First + k}
			if first, found := seen[b]; found {
				fail(at+".host", fmt.Sprintf("port %d is published by spec.ports[%d] already", b.host, first), "choose another port")
				break
			}
			seen[b] = i
		}
	}
}

func validateNetworks(refs []NetworkRef, fail fail) {
	seen := map[string]int{}
	for i, ref := range refs {
		at := fmt.Sprintf("spec.networks[%d]", i)
		validateName(ref.Name, at+".name", fail)
		notEmpty(ref.Aliases, at+".aliases", fail)
		validateAddress(ref.IPv4Address, at+".ipv4Address", "IPv4 address", netip.Addr.Is4, fail)
		validateAddress(ref.IPv6Address, at+".ipv6Address", "IPv6 address", netip.Addr.Is6, fail)
		matches(ref.MACAddress, macAddress, at+".macAddress", "MAC address", `write it like "02:42:ac:11:00:02"`, fail)
		if first, found := seen[ref.Name]; found {
			fail(at+".name", fmt.Sprintf("%s is joined by spec.networks[%d] already", ref.Name, first), "remove one of them")
		}
		seen[ref.Name] = i
	}
}

func validateNetwork(n *Network, fail fail) {
	validateEngineName(n.NetworkName, "spec.networkName", fail)
	validateLabels(n.Labels, "spec.labels", fail)
	validateIPAM(n.IPAM, fail)
	if !n.External {
		return
	}
	made := func(set bool, field string) {
		if set {
			fail("spec."+field, "an external network is not made, and has it or not", "remove it, or external")
		}
	}
	made(n.Internal, "internal")
	made(n.Attachable, "attachable")
	made(n.EnableIPv6, "enableIPv6")
	made(n.IPAM != nil, "ipam")
	made(len(n.DriverOpts) > 0, "driverOpts")
}

func validateIPAM(ipam *IPAM, fail fail) {
	if ipam == nil {
		return
	}
	var subnets []netip.Prefix
	for i, pool := range ipam.Config {
		at := fmt.Sprintf("spec.ipam.config[%d]", i)
		subnet := validatePrefix(pool.Subnet, at+".subnet", fail)
		ipRange := validatePrefix(pool.IPRange, at+".ipRange", fail)
		validateAddress(pool.Gateway, at+".gateway", "IP address", netip.Addr.IsValid, fail)
		for _, name := range slices.Sorted(maps.Keys(pool.AuxAddresses)) {
			validateAddress(pool.AuxAddresses[name], join(at+".auxAddresses", name), "IP address", netip.Addr.IsValid, fail)
		}
		if !subnet.IsValid() {
			continue
		}
		if ipRange.IsValid() && (!subnet.Contains(ipRange.Addr()) || ipRange.Bits() < subnet.Bits()) {
			fail(at+".ipRange", fmt.Sprintf("%s is not within the subnet %s", pool.IPRange, pool.Subnet), "choose a part of the subnet")
		}
		if gateway, err := netip.ParseAddr(pool.Gateway); err == nil && !subnet.Contains(gateway) {
			fail(at+".gateway", fmt.Sprintf("%s is not within the subnet %s", pool.Gateway, pool.Subnet), "choose an address of the subnet")
		}
		for k, other := range subnets {
			if other.Overlaps(subnet) {
				fail(at+".subnet", fmt.Sprintf("%s overlaps with that of spec.ipam.config[%d]", pool.Subnet, k), "choose another one")
				break
			}
		}
		subnets = append(subnets, subnet)
	}
}

// validatePrefix is a subnet; the zero one when it is at fault or not given.
func validatePrefix(text, at string, fail fail) netip.Prefix {
	prefix, err := netip.ParsePrefix(text)
	if text != "" && err != nil {
		fail(at, fmt.Sprintf("%q is no subnet", text), `write it like "172.30.0.0/24"`)
	}
	return prefix
}
