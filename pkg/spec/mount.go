// SPDX-License-Identifier: Apache-2.0

package spec

// MountType is the type of a mount.
type MountType string

// The mount types.
const (
	MountVolume MountType = "volume"
	MountBind   MountType = "bind"
	MountTmpfs  MountType = "tmpfs"
)

// Mount mounts a volume, a host path or a tmpfs file system into a container.
type Mount struct {
	// Type is one of volume, bind (a path of the host) or tmpfs (default volume).
	Type MountType `json:"type,omitempty"`
	// Source is the name of a Volume in the same namespace, or the host path of a
	// bind mount. A relative host path is resolved against the directory of the manifest.
	// An empty source of type volume mounts an anonymous volume.
	Source string `json:"source,omitempty"`
	// Target is the absolute path in the container.
	Target string `json:"target"`
	// ReadOnly makes the mount read-only (default false).
	ReadOnly bool `json:"readOnly,omitempty"`
	// NoCopy stops the engine from copying the files that the image has at Target
	// into an empty volume (default false). Only for type volume.
	NoCopy bool `json:"noCopy,omitempty"`
	// Propagation is the mount propagation: one of rprivate, private, rshared, shared,
	// rslave or slave (default rprivate). Only for type bind.
	Propagation string `json:"propagation,omitempty"`
	// CreateHostPath creates the source directory if it does not exist (default false).
	// Only for type bind.
	CreateHostPath bool `json:"createHostPath,omitempty"`
	// Size is the maximum size, such as 64Mi; 0 means no limit (default 0). Only for
	// type tmpfs.
	Size Size `json:"size,omitzero"`
	// Mode is the octal file mode of the root directory of the mount (default 0o1777).
	// Only for type tmpfs.
	Mode FileMode `json:"mode,omitzero"`
}

// FileRef copies entries of a Config or Secret into the file system of a container
// before it starts. A string is short for {name: STRING}.
type FileRef struct {
	// Name is the name of a Config or Secret in the same namespace.
	Name string `json:"name" change:"content"`
	// Key selects one entry; if it is empty, every entry becomes a file in the directory
	// Target.
	Key string `json:"key,omitempty" change:"content"`
	// Target is the absolute path of the file, or of the directory if Key is empty
	// (default: "/<name>[/<key>]" for configs and "/run/secrets/<name>[/<key>]" for
	// secrets).
	Target string `json:"target,omitempty" change:"recreate"`
	// UID is the numeric owner of the files (default 0).
	UID int `json:"uid,omitempty" change:"recreate"`
	// GID is the numeric group of the files (default 0).
	GID int `json:"gid,omitempty" change:"recreate"`
	// Mode is the octal file mode (default 0o444).
	Mode FileMode `json:"mode,omitzero" change:"recreate"`
}
