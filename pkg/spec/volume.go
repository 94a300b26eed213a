// SPDX-License-Identifier: Apache-2.0

package spec

// DeletionPolicy says what becomes of a volume whose manifest is gone.
type DeletionPolicy string

// The deletion policies.
const (
	// Retain keeps the volume and its data. The default.
	Retain DeletionPolicy = "Retain"
	// Delete removes the volume and its data.
	Delete DeletionPolicy = "Delete"
)

// ImmutableChange says what to do when a manifest changes what the engine cannot.
type ImmutableChange string

// The answers to a change of what cannot change.
const (
	// ImmutableStall keeps the volume and says so. The default.
	ImmutableStall ImmutableChange = "Stall"
	// ImmutableRecreate removes the volume with its data and makes it anew.
	ImmutableRecreate ImmutableChange = "Recreate"
)

// Volume is a named volume, whose data outlive the containers that mount it. One
// that is mounted and has no manifest is made with the defaults.
type Volume struct {
	// Driver is the engine's volume driver; empty means "local".
	Driver string `json:"driver,omitempty"`
	// DriverOpts are handed to the driver as they are.
	DriverOpts map[string]string `json:"driverOpts,omitempty"`
	// Labels become engine labels.
	Labels map[string]string `json:"labels,omitempty"`
	// External volumes must exist and are never created, changed or removed.
	External bool `json:"external,omitempty"`
	// VolumeName overrides the engine's name "<name>.<namespace>".
	VolumeName string `json:"volumeName,omitempty"`
	// DeletionPolicy is Retain or Delete; empty means Retain.
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`
	// OnImmutableChange is Stall or Recreate; empty means Stall.
	OnImmutableChange ImmutableChange `json:"onImmutableChange,omitempty"`
}
