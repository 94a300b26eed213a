// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"path"

	"k8s.io/apimachinery/pkg/util/validation"
)

func validateMounts(mounts []Mount, spec string, fail fail) {
	targets := map[string]int{}
	for i, m := range mounts {
		at := fmt.Sprintf("%s.volumes[%d]", spec, i)
		oneOf(m.Type, at+".type", fail, MountVolume, MountBind, MountTmpfs)
		validateMountSource(m, at+".source", fail)
		validateMountOptions(m, at, fail)
		switch {
		case m.Target == "":
			fail(at+".target", "missing", "set the absolute path in the container")
			continue
		case !path.IsAbs(m.Target):
			fail(at+".target", fmt.Sprintf("%q is not an absolute path", m.Target), "begin it with /")
			continue
		case path.Clean(m.Target) == "/":
			fail(at+".target", "cannot mount over the root of the container", "use a path below /")
			continue
		}
		if first, found := targets[path.Clean(m.Target)]; found {
			fail(at+".target", fmt.Sprintf("%s is already used by %s.volumes[%d]", m.Target, spec, first), "use another target")
		}
		targets[path.Clean(m.Target)] = i
	}
}

func validateMountSource(m Mount, at string, fail fail) {
	switch {
	case m.Type == MountBind && m.Source == "":
		fail(at, "missing", "set the host path to mount")
	case m.Type == MountBind && m.Source[0] == '~':
		fail(at, fmt.Sprintf("%q: ~ is not expanded", m.Source), "write an absolute path, or a path relative to the manifest")
	case m.Type == MountTmpfs && m.Source != "":
		fail(at, "not allowed for type tmpfs", "remove it")
	case m.Type == MountVolume && m.Source != "" && len(validation.IsDNS1123Label(m.Source)) > 0:
		fail(at, fmt.Sprintf("invalid volume name %q", m.Source),
			"use lower-case letters, digits and -; for a host path use type: bind")
	}
}

// validateMountOptions reports options that the type of mount does not support.
func validateMountOptions(m Mount, at string, fail fail) {
	only := func(set bool, field string, typ MountType) {
		if set && m.Type != typ {
			fail(at+"."+field, fmt.Sprintf("only allowed for type %s, but the type is %s", typ, m.Type), "remove it")
		}
	}
	only(m.NoCopy, "noCopy", MountVolume)
	only(m.Propagation != "", "propagation", MountBind)
	only(m.CreateHostPath, "createHostPath", MountBind)
	only(m.Size != 0, "size", MountTmpfs)
	only(m.Mode != 0, "mode", MountTmpfs)
	oneOf(m.Propagation, at+".propagation", fail, "rprivate", "private", "rshared", "shared", "rslave", "slave")
	notUnlimited(m.Size, at+".size", fail)
}

// notUnlimited reports an unlimited size.
func notUnlimited(s Size, at string, fail fail) {
	if s < 0 {
		fail(at, "unlimited is not allowed", "omit it for no limit")
	}
}

// validateFileRefs checks the files from configs and secrets.
func validateFileRefs(configs, secrets []FileRef, spec string, fail fail) {
	used := map[string]string{}
	check := func(kind Kind, refs []FileRef, field string) {
		for i, ref := range refs {
			at := fmt.Sprintf("%s.%s[%d]", spec, field, i)
			validateName(ref.Name, at+".name", fail)
			matches(ref.Key, contentKey, at+".key", "key", "use letters, digits, _, . and -", fail)
			if ref.Target != "" && !path.IsAbs(ref.Target) {
				fail(at+".target", fmt.Sprintf("%q is not an absolute path", ref.Target), "begin it with /")
			}
			if path.Clean(ref.Target) == "/" && ref.Key != "" {
				fail(at+".target", "/ is not a valid path of a file", "write the path of the file")
			}
			atLeast(ref.UID, 0, at+".uid", "", fail)
			atLeast(ref.GID, 0, at+".gid", "", fail)
			if first, found := used[ref.Path(kind)]; found {
				fail(at, fmt.Sprintf("%s is already used by %s", ref.Path(kind), first), "use another target")
			}
			used[ref.Path(kind)] = at
		}
	}
	check(KindConfig, configs, "configs")
	check(KindSecret, secrets, "secrets")
}
