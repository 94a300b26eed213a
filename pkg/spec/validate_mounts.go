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
			fail(at+".target", fmt.Sprintf("%s is mounted by %s.volumes[%d] already", m.Target, spec, first), "choose another target")
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

// validateMountOptions finds options that do not go with the type.
func validateMountOptions(m Mount, at string, fail fail) {
	only := func(set bool, field string, typ MountType) {
		if set && m.Type != typ {
			fail(at+"."+field, fmt.Sprintf("only a %s has it, and this is a %s", typ, m.Type), "remove it")
		}
	}
	only(m.NoCopy, "noCopy", MountVolume)
	only(m.Propagation != "", "propagation", MountBind)
	only(m.CreateHostPath, "createHostPath", MountBind)
	only(m.Size != 0, "size", MountTmpfs)
	only(m.Mode != 0, "mode", MountTmpfs)
	oneOf(m.Propagation, at+".propagation", fail, "rprivate", "private", "rshared", "shared", "rslave", "slave")
	limited(m.Size, at+".size", fail)
}

// limited finds a size that is without limit where that makes no sense.
func limited(s Size, at string, fail fail) {
	if s < 0 {
		fail(at, "it cannot be unlimited", "leave it out for no limit")
	}
}

// validateFileRefs finds what is wrong with the files from configs and secrets.
func validateFileRefs(configs, secrets []FileRef, spec string, fail fail) {
	places := map[string]string{}
	check := func(kind Kind, refs []FileRef, field string) {
		for i, ref := range refs {
			at := fmt.Sprintf("%s.%s[%d]", spec, field, i)
			validateName(ref.Name, at+".name", fail)
			matches(ref.Key, contentKey, at+".key", "valid key", "use letters, digits, _, . and -", fail)
			if ref.Target != "" && !path.IsAbs(ref.Target) {
				fail(at+".target", fmt.Sprintf("%q is no absolute path", ref.Target), "begin it with /")
			}
			if path.Clean(ref.Target) == "/" && ref.Key != "" {
				fail(at+".target", "/ is no place for a file", "name the file")
			}
			atLeast(ref.UID, 0, at+".uid", "", fail)
			atLeast(ref.GID, 0, at+".gid", "", fail)
			if first, found := places[ref.Path(kind)]; found {
				fail(at, fmt.Sprintf("%s puts something at %s already", first, ref.Path(kind)), "choose another target")
			}
			places[ref.Path(kind)] = at
		}
	}
	check(KindConfig, configs, "configs")
	check(KindSecret, secrets, "secrets")
}
