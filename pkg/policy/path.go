// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// sockets lead to engines, and an engine to the whole host.
var sockets = []string{
	"/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock", "/run/crio/crio.sock",
}

// mount denies host paths that are not the manifests' own.
func (j judge) mount(m spec.Mount, at string) {
	if m.Type != spec.MountBind {
		return
	}
	j.hostPath(m.Source, at+".source")
	j.denies(!slices.Contains([]string{"shared", "rshared"}, m.Propagation), at+".propagation", "mounts that reach the host", "remove it, or use rslave")
}

// hostPath denies a path that is not below the directory of the manifests, by
// where it leads now: a link that is changed later is not seen.
func (j judge) hostPath(source, path string) {
	dir := resolve(j.dir)
	if !filepath.IsAbs(source) {
		source = filepath.Join(dir, source)
	}
	found := resolve(source)
	for _, socket := range sockets {
		if within(found, resolve(socket)) {
			j.denies(false, path, "the engine's socket, and what contains it", "remove it")
			return
		}
	}
	j.denies(within(dir, found), path, "host paths outside the directory of the manifests, "+j.dir, "copy or move it there, or use a volume")
}

// local are the types of file systems that the engine's own driver may mount.
var local = []string{"", "none", "tmpfs", "nfs", "nfs4", "cifs"}

func (j judge) volume(v *spec.Volume) {
	j.wants(!v.External, "spec.external", "volumes of its own", "declare it without external")
	if v.Driver != "local" {
		return
	}
	kind, device := v.DriverOpts["type"], v.DriverOpts["device"]
	j.denies(slices.Contains(local, kind), "spec.driverOpts.type", fmt.Sprintf("file systems of type %q", kind), "use tmpfs, nfs or cifs, or remove it")
	if filepath.IsAbs(device) && kind != "cifs" { // whose //host/share is no path
		j.hostPath(device, "spec.driverOpts.device")
	}
}

func (j judge) network(n *spec.Network) {
	j.wants(!n.External, "spec.external", "networks of its own", "declare it without external")
}

// maxPath is the longest path that an operating system takes.
const maxPath = 4096

// resolve is where a path leads, as far as it exists.
func resolve(path string) string {
	path = filepath.Clean(path)
	if len(path) > maxPath {
		return path // leads nowhere
	}
	if found, err := filepath.EvalSymlinks(path); err == nil {
		return found
	}
	if parent := filepath.Dir(path); parent != path {
		return filepath.Join(resolve(parent), filepath.Base(path))
	}
	return path
}

// within reports that path is dir or below it.
func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
