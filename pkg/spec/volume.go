// SPDX-License-Identifier: Apache-2.0

package spec

// DeletionPolicy specifies what happens to a volume after its manifest was deleted.
type DeletionPolicy string

// The deletion policies.
const (
	// Retain keeps the volume and its data. It is the default.
	Retain DeletionPolicy = "Retain"
	// Delete removes the volume and its data.
	Delete DeletionPolicy = "Delete"
)

// ImmutableChange is the reaction to a change that the engine cannot apply.
type ImmutableChange string

// The reactions to a change that the engine cannot apply.
const (
	// ImmutableStall keeps the volume and reports the change. It is the default.
	ImmutableStall ImmutableChange = "Stall"
	// ImmutableRecreate removes the volume with its data and creates it again.
	ImmutableRecreate ImmutableChange = "Recreate"
)

// Volume declares a volume whose data outlives the containers that mount it. A
// volume that is mounted without having a manifest is created with the defaults.
type Volume struct {
	// Driver is the volume driver of the engine (default "local").
	Driver string `json:"driver,omitempty" change:"recreate"`
	// DriverOpts are passed to the driver unchanged.
	DriverOpts map[string]string `json:"driverOpts,omitempty" change:"recreate"`
	// Labels are labels of the volume at the engine.
	Labels map[string]string `json:"labels,omitempty" change:"recreate"`
	// External declares that the volume already exists; the controller never creates,
	// changes or removes it (default false).
	External bool `json:"external,omitempty" change:"recreate"`
	// VolumeName is the name of the volume at the engine (default
	// "<name>.<namespace>").
	VolumeName string `json:"volumeName,omitempty" change:"recreate"`
	// DeletionPolicy specifies what happens when the manifest is deleted: Retain keeps
	// the volume and its data, Delete removes both (default Retain).
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty" change:"recreate"`
	// OnImmutableChange specifies what happens when the manifest changes a property
	// that the engine cannot change: Stall keeps the volume and reports the change,
	// Recreate deletes the volume with its data and creates it again (default Stall).
	OnImmutableChange ImmutableChange `json:"onImmutableChange,omitempty" change:"none"`
}
