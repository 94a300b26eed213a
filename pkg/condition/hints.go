// SPDX-License-Identifier: Apache-2.0

package condition

// Hint is what a user can do about a reason, in one sentence; empty where there
// is nothing to be done but to wait. docs/conditions.md tells more.
func (r Reason) Hint() string { return hints[r] }

var hints = map[Reason]string{
	ReasonManifestInvalid:      "correct the manifest at the place named",
	ReasonDuplicateName:        "rename or remove one of the two manifests",
	ReasonSourceUnavailable:    "make the folder or file readable again, or remove it",
	ReasonDependencyNotFound:   "add a manifest for it, or drop the dependency",
	ReasonDependencyCycle:      "drop one dependency of the cycle",
	ReasonInitContainerFailed:  "see the init container's log: reconciler logs",
	ReasonImageNotFound:        "correct image and tag, or build or load the image",
	ReasonImagePullUnauthed:    "log in to the registry with docker login",
	ReasonImagePullBackOff:     "see whether the registry can be reached; it is tried again",
	ReasonImageNeverPull:       "build or load the image, or change pullPolicy",
	ReasonExited:               "see its log; a job wants restartPolicy no or on-failure",
	ReasonHealthCheckFailed:    "see the output of the check and the log, and correct one of them",
	ReasonHealthStarting:       "wait for it, or correct the health check",
	ReasonReplacementFailed:    "correct the manifest; the old container runs until then",
	ReasonDeletionBlocked:      "remove what needs it first",
	ReasonPortInUse:            "stop what holds the port, or publish another one",
	ReasonNameInUse:            "rename one of the two",
	ReasonForeignObject:        "rename or remove what is not ours, or choose another name",
	ReasonNetworkNotFound:      "create the network, or declare it without external",
	ReasonVolumeNotFound:       "create the volume, or declare it without external",
	ReasonSubnetOverlap:        "remove unused networks, or choose a free subnet in spec.ipam",
	ReasonNetworkInUse:         "disconnect what is on it",
	ReasonVolumeInUse:          "remove what mounts it",
	ReasonMountSourceMissing:   "create the host path, or correct it",
	ReasonMountDenied:          "share the host path with the engine, or choose another one",
	ReasonAddressInUse:         "choose a free address, or leave it to the engine",
	ReasonPlatformMismatch:     "choose an image for this platform, or set platform and have the engine emulate it",
	ReasonUnsupported:          "update the engine, or drop the field",
	ReasonCommandNotFound:      "correct entrypoint or command: the image does not have it",
	ReasonCommandNotExecutable: "correct entrypoint or command, or make the file executable for this platform",
	ReasonOutOfMemory:          "raise resources.limits.memory, or have it use less",
	ReasonNonZeroExit:          "see its log: reconciler logs",
	ReasonBackOff:              "see its log; it is started again, or at once by reconciler start",
	ReasonImmutableChanged:     "undo the change, or save the data and remove the volume",
	ReasonEngineUnreachable:    "start the engine, or correct its address",
	ReasonEngineUnresponsive:   "restart the engine when it does not recover",
	ReasonEngineRefused:        "change what the engine refuses",
	ReasonDiskFull:             "free disk space at the engine: docker system df",
	ReasonPaused:               "docker unpause it",
	ReasonStoppedByUser:        "reconciler start",
	ReasonSuspended:            "reconciler resume, or drop suspend from the manifest",
	ReasonInternalError:        "report it, with the controller's log",
}
