// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// defaultCapabilities lists the default capabilities of the engine.
var defaultCapabilities = strings.Fields(`AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW
	SETFCAP SETGID SETPCAP SETUID SYS_CHROOT`)

// safeOptions lists the security options that keep the default restrictions.
var safeOptions = []string{"no-new-privileges", "seccomp=builtin", "apparmor=docker-default"}

func (ch checker) checkContainer(c *spec.Container) {
	ch.checkProcess(process{
		at: "spec", user: c.User, image: c.Image, privileged: c.Privileged,
		capAdd: c.CapAdd, capDrop: c.CapDrop, volumes: c.Volumes,
	})
	for i, init := range c.InitContainers {
		ch.checkProcess(process{
			at: fmt.Sprintf("spec.initContainers[%d]", i), user: init.User, image: init.Image, privileged: init.Privileged,
			capAdd: init.CapAdd, capDrop: init.CapDrop, volumes: init.Volumes,
		})
	}
	ch.checkNamespaces(c)
	for i, d := range c.Resources.Devices {
		ch.denyUnless(false, fmt.Sprintf("spec.resources.devices[%d]", i), "access to the host device "+d.Host, "remove it")
	}
	hardened := false
	for i, option := range c.SecurityOpt {
		option, value := splitOption(option)
		hardened = hardened || option == "no-new-privileges" && value != "false"
		ch.denyUnless(option == "no-new-privileges" || slices.Contains(safeOptions, option+"="+value),
			fmt.Sprintf("spec.securityOpt[%d]", i), "options that weaken the isolation of the container", "use "+strings.Join(safeOptions, ", ")+", or remove it")
	}
	ch.require(hardened, "spec.securityOpt", "the option no-new-privileges", `add "no-new-privileges"`)
	ch.require(c.ReadOnlyRootFilesystem, "spec.readOnlyRootFilesystem", "a read-only root file system", "set it to true, and mount volumes for writable paths")
}

// splitOption returns the name and value of a security option. The engine accepts
// both = and the older colon as the separator.
func splitOption(option string) (name, value string) {
	if name, value, found := strings.Cut(option, "="); found {
		return name, value
	}
	name, value, _ = strings.Cut(option, ":")
	return name, value
}

// checkNamespaces denies the namespaces of the host.
func (ch checker) checkNamespaces(c *spec.Container) {
	for _, n := range []struct{ path, mode string }{
		{"spec.networkMode", c.NetworkMode},
		{"spec.ipc", c.IPC},
		{"spec.pid", c.PID},
		{"spec.userns", c.UserNS},
		{"spec.cgroupns", c.CgroupNS},
	} {
		ch.denyUnless(n.mode != "host", n.path, "the namespace of the host", "remove it")
	}
}

// process holds the fields that containers and init containers have in common.
type process struct {
	at, user, image string
	privileged      bool
	capAdd, capDrop []string
	volumes         []spec.Mount
}

func (ch checker) checkProcess(p process) {
	ch.denyUnless(!p.privileged, p.at+".privileged", "privileged containers, which have full access to the host", "remove it, and add the required capabilities")
	allowed := defaultCapabilities
	if ch.profile == Restricted {
		allowed = []string{"NET_BIND_SERVICE"}
	}
	for i, name := range p.capAdd {
		ch.denyUnless(slices.Contains(allowed, strings.TrimPrefix(name, "CAP_")), fmt.Sprintf("%s.capAdd[%d]", p.at, i),
			"the capability "+name, "remove it; allowed capabilities: "+strings.Join(allowed, ", "))
	}
	for i, m := range p.volumes {
		ch.checkMount(m, fmt.Sprintf("%s.volumes[%d]", p.at, i))
	}
	user, _, _ := strings.Cut(p.user, ":")
	id, err := strconv.Atoi(user)
	ch.require(err == nil && id != 0, p.at+".user", "a numeric user other than 0", `set a number such as "1000"`)
	ch.require(slices.Contains(p.capDrop, "ALL") || slices.Contains(p.capDrop, "CAP_ALL"), p.at+".capDrop", "dropping all capabilities", "set it to [ALL]")
	// An init container without an image uses the image of the container.
	ch.require(p.image == "" || strings.Contains(p.image, "@"), p.at+".image", "an image with a digest", "write name@sha256:...")
}
