// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// usual are the capabilities that the engine gives a container anyway.
var usual = strings.Fields(`AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW
	SETFCAP SETGID SETPCAP SETUID SYS_CHROOT`)

// confined are the security options that take no confinement away.
var confined = []string{"no-new-privileges", "seccomp=builtin", "apparmor=docker-default"}

func (j judge) container(c *spec.Container) {
	j.process(process{
		at: "spec", user: c.User, image: c.Image, privileged: c.Privileged,
		capAdd: c.CapAdd, capDrop: c.CapDrop, volumes: c.Volumes,
	})
	for i, init := range c.InitContainers {
		j.process(process{
			at: fmt.Sprintf("spec.initContainers[%d]", i), user: init.User, image: init.Image, privileged: init.Privileged,
			capAdd: init.CapAdd, capDrop: init.CapDrop, volumes: init.Volumes,
		})
	}
	j.namespaces(c)
	for i, d := range c.Resources.Devices {
		j.denies(false, fmt.Sprintf("spec.resources.devices[%d]", i), "the host's device "+d.Host, "remove it")
	}
	hardened := false
	for i, option := range c.SecurityOpt {
		option, value := split(option)
		hardened = hardened || option == "no-new-privileges" && value != "false"
		j.denies(option == "no-new-privileges" || slices.Contains(confined, option+"="+value),
			fmt.Sprintf("spec.securityOpt[%d]", i), "to change how the engine confines it", "use "+strings.Join(confined, ", ")+", or remove it")
	}
	j.wants(hardened, "spec.securityOpt", "no-new-privileges", `add "no-new-privileges"`)
	j.wants(c.ReadOnlyRootFilesystem, "spec.readOnlyRootFilesystem", "a root file system that is read only", "set it to true, and mount what is written to")
}

// split is a security option's name and value: the engine takes = and, as it
// always did, a colon.
func split(option string) (name, value string) {
	if name, value, found := strings.Cut(option, "="); found {
		return name, value
	}
	name, value, _ = strings.Cut(option, ":")
	return name, value
}

// namespaces denies those of the host.
func (j judge) namespaces(c *spec.Container) {
	for _, n := range []struct{ path, mode string }{
		{"spec.networkMode", c.NetworkMode},
		{"spec.ipc", c.IPC},
		{"spec.pid", c.PID},
		{"spec.userns", c.UserNS},
		{"spec.cgroupns", c.CgroupNS},
	} {
		j.denies(n.mode != "host", n.path, "the host's namespace", "remove it")
	}
}

// process is what containers and init containers have in common.
type process struct {
	at, user, image string
	privileged      bool
	capAdd, capDrop []string
	volumes         []spec.Mount
}

func (j judge) process(p process) {
	j.denies(!p.privileged, p.at+".privileged", "it: it gives the container the host's powers", "remove it, and add the capabilities that it needs")
	allowed := usual
	if j.profile == Restricted {
		allowed = []string{"NET_BIND_SERVICE"}
	}
	for i, name := range p.capAdd {
		j.denies(slices.Contains(allowed, strings.TrimPrefix(name, "CAP_")), fmt.Sprintf("%s.capAdd[%d]", p.at, i),
			"the capability "+name, "remove it; allowed: "+strings.Join(allowed, ", "))
	}
	for i, m := range p.volumes {
		j.mount(m, fmt.Sprintf("%s.volumes[%d]", p.at, i))
	}
	user, _, _ := strings.Cut(p.user, ":")
	id, err := strconv.Atoi(user)
	j.wants(err == nil && id != 0, p.at+".user", "a user by a number other than 0", `write it like "1000"`)
	j.wants(slices.Contains(p.capDrop, "ALL") || slices.Contains(p.capDrop, "CAP_ALL"), p.at+".capDrop", "all capabilities dropped", "write it [ALL]")
	// An init container without an image has the container's own.
	j.wants(p.image == "" || strings.Contains(p.image, "@"), p.at+".image", "an image by its digest", "write it like name@sha256:...")
}
