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

// validateNetworking checks the networks, ports and name resolution of a container.
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
			fail(at, fmt.Sprintf("invalid host entry %q", host), `write "name:address", where the address may be host-gateway`)
		}
	}
	validateNetworkMode(o, fail)
}

// validateNetworkMode checks the network mode, and reports fields that cannot be
// combined with it.
func validateNetworkMode(o Object, fail fail) {
	c := o.Container
	if c.NetworkMode == "" {
		return
	}
	without := func(set bool, field string) {
		if set {
			fail("spec."+field, "not allowed with networkMode: "+c.NetworkMode, "remove one of them")
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
		hint := "to join a network, list it under networks"
		if name, found := strings.CutPrefix(c.NetworkMode, "service:"); found {
			hint = "did you mean \"container:" + name + "\"?"
		}
		fail("spec.networkMode", fmt.Sprintf("found %q, want host, none or container:<name>", c.NetworkMode), hint)
	}
}

// validateShared checks a reference to the container whose namespace is shared.
func validateShared(o Object, owner Key, at string, fail fail) {
	validateName(owner.Name, at, fail)
	validateName(owner.Namespace, at, fail)
	if owner == o.Key() {
		fail(at, "a container cannot share its own namespace", "use the name of another container")
	}
}

var macAddress = regexp.MustCompile(`^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$`)

// validateAddress reports a text that is not empty and not an IP address accepted
// by kind.
func validateAddress(text, at, what string, kind func(netip.Addr) bool, fail fail) {
	example := "10.0.0.2"
	if what == "IPv6 address" {
		example = "fd00::2"
	}
	if address, err := netip.ParseAddr(text); text != "" && (err != nil || !kind(address)) {
		fail(at, fmt.Sprintf("invalid %s %q", what, text), "write an address such as "+example)
	}
}

// maxPublished limits the published ports of a container, because each of them
// uses resources of the engine.
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
			fail(at, fmt.Sprintf("the container publishes more than %d ports", maxPublished), "use networkMode: host")
			return
		}
		if p.Container.IsZero() {
			fail(at+".container", "missing", "set the port of the container, from 1 to 65535")
		} else if !p.Host.IsZero() && p.Host.Len() != p.Container.Len() {
			fail(at+".host", fmt.Sprintf("the range %s has %d ports, but container has %d", p.Host, p.Host.Len(), p.Container.Len()),
				"use ranges of the same length")
		}
		oneOf(p.Protocol, at+".protocol", fail, "tcp", "udp", "sctp")
		if _, err := netip.ParseAddr(p.HostIP); p.HostIP != "" && err != nil {
			fail(at+".hostIP", fmt.Sprintf("invalid IP address %q", p.HostIP), "write an address such as 127.0.0.1 or 0.0.0.0")
		}
		for k := range p.Host.Len() {
			b := binding{p.HostIP, p.Protocol, p.Host.First + k}
			if first, found := seen[b]; found {
				fail(at+".host", fmt.Sprintf("port %d is already published by spec.ports[%d]", b.host, first), "use another port")
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
		matches(ref.MACAddress, macAddress, at+".macAddress", "MAC address", `write an address such as "02:42:ac:11:00:02"`, fail)
		if first, found := seen[ref.Name]; found {
			fail(at+".name", fmt.Sprintf("%s is already joined by spec.networks[%d]", ref.Name, first), "remove one of them")
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
	disallow := func(set bool, field string) {
		if set {
			fail("spec."+field, "not allowed on an external network: it is not created by reconciler", "remove it, or remove external")
		}
	}
	disallow(n.Internal, "internal")
	disallow(n.Attachable, "attachable")
	disallow(n.EnableIPv6, "enableIPv6")
	disallow(n.IPAM != nil, "ipam")
	disallow(len(n.DriverOpts) > 0, "driverOpts")
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
			validateAddress(pool.AuxAddresses[name], joinPath(at+".auxAddresses", name), "IP address", netip.Addr.IsValid, fail)
		}
		if !subnet.IsValid() {
			continue
		}
		if ipRange.IsValid() && (!subnet.Contains(ipRange.Addr()) || ipRange.Bits() < subnet.Bits()) {
			fail(at+".ipRange", fmt.Sprintf("%s is not within the subnet %s", pool.IPRange, pool.Subnet), "use a range inside the subnet")
		}
		if gateway, err := netip.ParseAddr(pool.Gateway); err == nil && !subnet.Contains(gateway) {
			fail(at+".gateway", fmt.Sprintf("%s is not within the subnet %s", pool.Gateway, pool.Subnet), "use an address inside the subnet")
		}
		for k, other := range subnets {
			if other.Overlaps(subnet) {
				fail(at+".subnet", fmt.Sprintf("%s overlaps with the subnet of spec.ipam.config[%d]", pool.Subnet, k), "use another subnet")
				break
			}
		}
		subnets = append(subnets, subnet)
	}
}

// validatePrefix parses a subnet. It returns the zero Prefix if the text is empty or
// invalid.
func validatePrefix(text, at string, fail fail) netip.Prefix {
	prefix, err := netip.ParsePrefix(text)
	if text != "" && err != nil {
		fail(at, fmt.Sprintf("invalid subnet %q", text), `write a subnet such as "172.30.0.0/24"`)
	}
	return prefix
}
