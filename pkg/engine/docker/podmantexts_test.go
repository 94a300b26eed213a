// SPDX-License-Identifier: Apache-2.0

package docker

import "github.com/pact-toolbox/reconciler/pkg/engine"

// podmanTexts returns texts of Podman 5.8 that the conformance suite recorded.
func podmanTexts() map[string]textRow {
	return map[string]textRow{
		"network missing while joining, Podman":    {verbJoin, 404, "unable to find network with name or ID zznope: network not found", engine.NetworkNotFound},
		"network missing at start, Podman":         {verbStart, 500, "unable to find network with name or ID zznope: network not found", engine.NetworkNotFound},
		"address taken, Podman":                    {verbStart, 500, "IPAM error: requested ip address 10.231.77.9 is already allocated to container ID " + other, engine.AddressInUse},
		"address outside the subnet, Podman":       {verbStart, 500, "requested static ip 192.0.2.9 not in any subnet on network static", engine.Invalid},
		"processes of a stopped container, Podman": {verbTop, 409, "top can only be used on running containers", engine.NotRunning},
		"command in a stopped container, Podman":   {verbExec, 409, "can only create exec sessions on running containers: container state improper", engine.NotRunning},
		"name taken while renaming, Podman":        {verbRename, 500, "renaming container " + other + ": updating container config table with new configuration for container " + other + ": UNIQUE constraint failed: ContainerConfig.Name", engine.NameInUse},
		"subnet taken, Podman":                     {verbCreateNetwork, 500, "subnet 10.231.77.0/24 is already used on the host or by another config", engine.SubnetOverlap},
		"volume has users, Podman":                 {verbRemove, 409, "volume data is being used by the following container(s): " + other + ": volume is being used", engine.InUse},
		"container has dependents, Podman":         {verbRemove, 500, "container " + other + " has dependent containers which must be removed before it: " + other + ": container already exists", engine.InUse},
	}
}
