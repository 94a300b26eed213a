// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// sockets lists the sockets of engines, which give access to the whole host.
var sockets = []string{
	"/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock", "/run/crio/crio.sock",
}

// checkMount denies bind mounts of host paths outside the directory of the
// manifests.
func (ch checker) checkMount(m spec.Mount, at string) {
	if m.Type != spec.MountBind {
		return
	}
	ch.checkHostPath(m.Source, at+".source")
	ch.denyUnless(!slices.Contains([]string{"shared", "rshared"}, m.Propagation), at+".propagation", "mount propagation to the host", "remove it, or use rslave")
}

// checkHostPath denies a path outside the directory of the manifests. It resolves
// links once; a link that is changed later is not detected.
func (ch checker) checkHostPath(source, path string) {
	dir := resolve(ch.dir)
	if !filepath.IsAbs(source) {
		source = filepath.Join(dir, source)
	}
	found := resolve(source)
	for _, socket := range sockets {
		if within(found, resolve(socket)) {
			ch.denyUnless(false, path, "access to the socket of the engine", "remove it")
			return
		}
	}
	ch.denyUnless(within(dir, found), path, "host paths outside the directory of the manifests, "+ch.dir, "copy or move the files there, or use a volume")
}

// localTypes lists the allowed file system types of the driver local.
var localTypes = []string{"", "none", "tmpfs", "nfs", "nfs4", "cifs"}

func (ch checker) checkVolume(v *spec.Volume) {
	ch.require(!v.External, "spec.external", "a volume that the controller creates", "remove it")
	if v.Driver != "local" {
		return
	}
	kind, device := v.DriverOpts["type"], v.DriverOpts["device"]
	ch.denyUnless(slices.Contains(localTypes, kind), "spec.driverOpts.type", fmt.Sprintf("file systems of type %q", kind), "use tmpfs, nfs or cifs, or remove it")
	if filepath.IsAbs(device) && kind != "cifs" { // //host/share is not a path
		ch.checkHostPath(device, "spec.driverOpts.device")
	}
}

func (ch checker) checkNetwork(n *spec.Network) {
	ch.require(!n.External, "spec.external", "a network that the controller creates", "remove it")
}

// maxPath is the maximum length of a path in an operating system.
const maxPath = 4096

// resolve returns a path with the links of its existing part resolved.
func resolve(path string) string {
	path = filepath.Clean(path)
	if len(path) > maxPath {
		return path // cannot exist
	}
	if found, err := filepath.EvalSymlinks(path); err == nil {
		return found
	}
	if parent := filepath.Dir(path); parent != path {
		return filepath.Join(resolve(parent), filepath.Base(path))
	}
	return path
}

// within reports whether path is dir or inside it.
func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
