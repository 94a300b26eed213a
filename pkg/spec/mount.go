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

// Mount is one mount of a container.
type Mount struct {
	// Type is volume, bind or tmpfs; empty means volume.
	Type MountType `json:"type,omitempty"`
	// Source is the name of a Volume in the same namespace, or the host path of
	// a bind; relative paths are relative to the manifest's folder.
	Source string `json:"source,omitempty"`
	// Target is the absolute path in the container.
	Target string `json:"target"`
	// ReadOnly forbids writing.
	ReadOnly bool `json:"readOnly,omitempty"`
	// NoCopy leaves an empty volume empty: what the image has at Target is not
	// copied into it.
	NoCopy bool `json:"noCopy,omitempty"`
	// Propagation of a bind is rprivate, private, rshared, shared, rslave or
	// slave; empty means rprivate.
	Propagation string `json:"propagation,omitempty"`
	// CreateHostPath makes the folder of a bind's source when it is missing.
	CreateHostPath bool `json:"createHostPath,omitempty"`
	// Size limits a tmpfs; zero means without limit.
	Size Size `json:"size,omitzero"`
	// Mode is that of a tmpfs; zero means 0o1777.
	Mode FileMode `json:"mode,omitzero"`
}

// FileRef puts the content of a Config or Secret into a container's file system.
// In a manifest the name alone may stand for it.
type FileRef struct {
	// Name is the name of a Config or Secret in the same namespace.
	Name string `json:"name"`
	// Key is the one entry wanted; empty means all, each as a file below Target.
	Key string `json:"key,omitempty"`
	// Target is the absolute path of the file or, without Key, of the folder.
	// Empty means /<name> for configs and /run/secrets/<name> for secrets, with
	// Key as a further step.
	Target string `json:"target,omitempty"`
	// UID owns the file.
	UID int `json:"uid,omitempty"`
	// GID is the group of the file.
	GID int `json:"gid,omitempty"`
	// Mode is that of the file; zero means 0o444.
	Mode FileMode `json:"mode,omitzero"`
}
