// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"maps"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/distribution/reference"
	"k8s.io/apimachinery/pkg/util/validation"
)

// LabelPrefix begins the names of the labels that the controller writes on
// engine objects; a manifest may not set such labels.
const LabelPrefix = "dev.reconciler."

// fail takes a fault: the field's path, what is wrong, and the way out.
type fail func(path, message, hint string)

// Validate finds every fault of a defaulted object and hands each to fail.
func Validate(o Object, fail func(path, message, hint string)) {
	validateName(o.Metadata.Name, "metadata.name", fail)
	validateName(o.Metadata.Namespace, "metadata.namespace", fail)
	validateLabels(o.Metadata.Labels, "metadata.labels", fail)
	switch {
	case o.Container != nil:
		validateContainer(o, fail)
	case o.Network != nil:
		validateEngineName(o.Network.NetworkName, "spec.networkName", fail)
		validateLabels(o.Network.Labels, "spec.labels", fail)
		validateIPAM(o.Network.IPAM, fail)
	case o.Volume != nil:
		validateEngineName(o.Volume.VolumeName, "spec.volumeName", fail)
		validateLabels(o.Volume.Labels, "spec.labels", fail)
		oneOf(o.Volume.DeletionPolicy, "spec.deletionPolicy", fail, Retain, Delete)
	}
}

func validateName(name, path string, fail fail) {
	if name == "" {
		fail(path, "missing", "give it a name of lower-case letters, digits and -")
		return
	}
	if len(validation.IsDNS1123Label(name)) > 0 {
		hint := "use lower-case letters, digits and -, at most 63, beginning and ending with a letter or digit"
		fail(path, fmt.Sprintf("%q is no valid name", name), hint)
	}
}

var engineName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]*$`)

func validateEngineName(name, path string, fail fail) {
	if name != "" && !engineName.MatchString(name) {
		fail(path, fmt.Sprintf("%q is no valid name at the engine", name),
			"use letters, digits, _, . and -, beginning with a letter or digit")
	}
}

func validateLabels(labels map[string]string, path string, fail fail) {
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if strings.HasPrefix(name, LabelPrefix) {
			fail(join(path, name), "labels that begin with "+LabelPrefix+" are the controller's own", "choose another name")
		}
	}
}

// oneOf finds a value that is none of those allowed.
func oneOf[T ~string](value T, path string, fail fail, allowed ...T) {
	if value == "" || slices.Contains(allowed, value) {
		return
	}
	var names []string
	for _, a := range allowed {
		names = append(names, string(a))
	}
	fail(path, fmt.Sprintf("found %q, want %s", value, list(names)), didYouMean(string(value), names))
}

func validateContainer(o Object, fail fail) {
	c := o.Container
	if c.ID != "" && c.ID != o.Metadata.Name {
		fail("spec.id", fmt.Sprintf("%q differs from metadata.name %q", c.ID, o.Metadata.Name), "give one of them")
	}
	if c.Name != "" && c.Name != c.ContainerName {
		fail("spec.name", fmt.Sprintf("%q differs from spec.containerName %q", c.Name, c.ContainerName), "give one of them")
	}
	validateEngineName(c.ContainerName, "spec.containerName", fail)
	validateImage(c, fail)
	oneOf(c.PullPolicy, "spec.pullPolicy", fail, PullAlways, PullMissing, PullNever)
	oneOf(c.RestartPolicy.Name, "spec.restartPolicy.name", fail,
		RestartNo, RestartAlways, RestartOnFailure, RestartUnlessStopped)
	if c.RestartPolicy.MaximumRetryCount < 0 {
		fail("spec.restartPolicy.maximumRetryCount",
			fmt.Sprintf("found %d, want 0 or more", c.RestartPolicy.MaximumRetryCount), "use 0 for no limit")
	} else if c.RestartPolicy.MaximumRetryCount > 0 && c.RestartPolicy.Name != RestartOnFailure {
		fail("spec.restartPolicy.maximumRetryCount", fmt.Sprintf("the policy %s has no limit", c.RestartPolicy.Name),
			"remove it, or use the policy on-failure")
	}
	if c.WorkingDir != "" && !path.IsAbs(c.WorkingDir) {
		fail("spec.workingDir", fmt.Sprintf("%q is no absolute path", c.WorkingDir), "begin it with /")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Env)) {
		if name == "" || strings.Contains(name, "=") {
			fail(join("spec.env", name), fmt.Sprintf("%q is no valid variable name", name), "use a name without =")
		}
	}
	validateLabels(c.Labels, "spec.labels", fail)
	validatePorts(c.Ports, fail)
	validateMounts(c.Volumes, fail)
	validateNetworks(c.Networks, fail)
	validateDependencies(o, fail)
	validateHealthCheck(c.HealthCheck, fail)
}

func validateImage(c *Container, fail fail) {
	if c.Image == "" {
		fail("spec.image", "missing", `name an image, such as "nginx:1.29"`)
		return
	}
	named, err := reference.ParseNormalizedNamed(c.Image)
	if err != nil {
		fail("spec.image", fmt.Sprintf("%q is no valid image reference: %v", c.Image, err), "write it as name:tag or name@digest")
		return
	}
	if c.Tag == "" {
		return
	}
	if _, err := reference.WithTag(reference.TrimNamed(named), c.Tag); err != nil {
		fail("spec.tag", fmt.Sprintf("%q is no valid tag", c.Tag), "use letters, digits, _, . and -")
		return
	}
	if tagged, ok := named.(reference.Tagged); ok && tagged.Tag() != c.Tag {
		fail("spec.tag", fmt.Sprintf("%q differs from the tag %q in spec.image", c.Tag, tagged.Tag()), "give one of them")
	}
}

func validatePorts(ports []Port, fail fail) {
	type binding struct {
		ip, protocol string
		host         int
	}
	seen := map[binding]int{}
	for i, p := range ports {
		at := fmt.Sprintf("spec.ports[%d]", i)
		if p.Container.IsZero() {
			fail(at+".container", "missing", "name the container's port, from 1 to 65535")
		} else if !p.Host.IsZero() && p.Host.Len() != p.Container.Len() {
			fail(at+".host", fmt.Sprintf("%s are %d ports, and container has %d", p.Host, p.Host.Len(), p.Container.Len()),
				"make both ranges as long")
		}
		oneOf(p.Protocol, at+".protocol", fail, "tcp", "udp", "sctp")
		if _, err := netip.ParseAddr(p.HostIP); p.HostIP != "" && err != nil {
			fail(at+".hostIP", fmt.Sprintf("%q is no IP address", p.HostIP), "")
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

func validateMounts(mounts []Mount, fail fail) {
	targets := map[string]int{}
	for i, m := range mounts {
		at := fmt.Sprintf("spec.volumes[%d]", i)
		oneOf(m.Type, at+".type", fail, MountVolume, MountBind, MountTmpfs)
		validateMountSource(m, at+".source", fail)
		switch {
		case m.Target == "":
			fail(at+".target", "missing", "name the absolute path in the container")
			continue
		case !path.IsAbs(m.Target):
			fail(at+".target", fmt.Sprintf("%q is no absolute path", m.Target), "begin it with /")
			continue
		case path.Clean(m.Target) == "/":
			fail(at+".target", "the root of the container cannot be mounted over", "choose a path below /")
			continue
		}
		if first, found := targets[path.Clean(m.Target)]; found {
			fail(at+".target", fmt.Sprintf("%s is mounted by spec.volumes[%d] already", m.Target, first), "choose another target")
		}
		targets[path.Clean(m.Target)] = i
	}
}

func validateMountSource(m Mount, at string, fail fail) {
	switch {
	case m.Type == MountBind && m.Source == "":
		fail(at, "missing", "name the host path to mount")
	case m.Type == MountBind && m.Source[0] == '~':
		fail(at, fmt.Sprintf("%q: no home directory is known here", m.Source), "write the path out, or as one relative to the manifest")
	case m.Type == MountTmpfs && m.Source != "":
		fail(at, "a tmpfs has no source", "remove it")
	case m.Type == MountVolume && m.Source != "" && len(validation.IsDNS1123Label(m.Source)) > 0:
		fail(at, fmt.Sprintf("%q is no valid volume name", m.Source),
			"use lower-case letters, digits and -; for a host path use type: bind")
	}
}

func validateNetworks(refs []NetworkRef, fail fail) {
	seen := map[string]int{}
	for i, ref := range refs {
		at := fmt.Sprintf("spec.networks[%d]", i)
		validateName(ref.Name, at+".name", fail)
		if first, found := seen[ref.Name]; found {
			fail(at+".name", fmt.Sprintf("%s is joined by spec.networks[%d] already", ref.Name, first), "remove one of them")
		}
		seen[ref.Name] = i
	}
}

func validateDependencies(o Object, fail fail) {
	seen := map[Key]int{}
	for i, d := range o.Container.Dependencies {
		at := fmt.Sprintf("spec.dependencies[%d]", i)
		k := d.Key(o.Metadata.Namespace)
		validateName(k.Name, at+".name", fail)
		validateName(k.Namespace, at+".name", fail)
		oneOf(d.Condition, at+".condition", fail, UntilStarted, UntilReady, UntilHealthy, UntilCompleted)
		if k == o.Key() {
			fail(at, "the container depends on itself", "remove it")
		}
		if first, found := seen[k]; found {
			fail(at, fmt.Sprintf("%s stands at spec.dependencies[%d] already", d.Name, first), "remove one of them")
		}
		seen[k] = i
	}
}

func validateHealthCheck(h *HealthCheck, fail fail) {
	if h == nil {
		return
	}
	const at = "spec.healthCheck.test"
	const forms = `write ["CMD", "program", "argument"], ["CMD-SHELL", "command line"] or ["NONE"]`
	switch {
	case len(h.Test) == 0:
		fail(at, "missing", forms)
	case h.Test[0] == "NONE" && len(h.Test) == 1,
		h.Test[0] == "CMD-SHELL" && len(h.Test) == 2,
		h.Test[0] == "CMD" && len(h.Test) > 1:
	default:
		fail(at, fmt.Sprintf("%q is no health check", h.Test), forms)
	}
	if h.Retries < 0 {
		fail("spec.healthCheck.retries", fmt.Sprintf("found %d, want 1 or more", h.Retries), "leave it out for 3")
	}
}

func validateIPAM(ipam *IPAM, fail fail) {
	if ipam == nil {
		return
	}
	for i, pool := range ipam.Config {
		at := fmt.Sprintf("spec.ipam.config[%d]", i)
		for _, f := range []struct{ name, value string }{{"subnet", pool.Subnet}, {"ipRange", pool.IPRange}} {
			if _, err := netip.ParsePrefix(f.value); f.value != "" && err != nil {
				fail(at+"."+f.name, fmt.Sprintf("%q is no subnet", f.value), `write it like "172.30.0.0/24"`)
			}
		}
		if _, err := netip.ParseAddr(pool.Gateway); pool.Gateway != "" && err != nil {
			fail(at+".gateway", fmt.Sprintf("%q is no IP address", pool.Gateway), "")
		}
	}
}
