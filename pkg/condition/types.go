// SPDX-License-Identifier: Apache-2.0

package condition

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Condition is one observation of an object's state, as in the Kubernetes API.
type Condition = metav1.Condition

// Type is the type of a condition.
type Type string

// The condition types. The first seven are positive: true is good. The others are
// present only while they are true.
const (
	Accepted          Type = "Accepted"          // the manifest is valid
	DependenciesReady Type = "DependenciesReady" // everything that it needs to start is available
	ImageAvailable    Type = "ImageAvailable"    // the engine has the image
	Running           Type = "Running"           // the process runs, or has done its job
	Healthy           Type = "Healthy"           // all checks pass, or there is none
	Synced            Type = "Synced"            // the live object matches the manifest
	Ready             Type = "Ready"             // the summary

	Reconciling  Type = "Reconciling"  // an action is under way, or something is waited for
	Stalled      Type = "Stalled"      // nothing changes until a user changes something
	CrashLooping Type = "CrashLooping" // it was restarted several times and ended each time
	Suspended    Type = "Suspended"    // it is observed and not changed

	MemoryPressure Type = "MemoryPressure" // it uses most of its memory limit
	CPUThrottled   Type = "CPUThrottled"   // its CPU limit often throttles it
	LabelsCopied   Type = "LabelsCopied"   // a foreign container has its labels
)

// Types returns all condition types, the positive ones first.
func Types() []Type {
	return []Type{
		Accepted, DependenciesReady, ImageAvailable, Running, Healthy, Synced, Ready,
		Reconciling, Stalled, CrashLooping, Suspended, MemoryPressure, CPUThrottled, LabelsCopied,
	}
}

// Reason is a stable CamelCase word for the cause of a condition.
type Reason string

// The reasons. docs/conditions.md has the meaning of each of them, the response of
// the controller and advice for the user.
const (
	ReasonAccepted             Reason = "Accepted"
	ReasonManifestInvalid      Reason = "ManifestInvalid"
	ReasonPolicyDenied         Reason = "PolicyDenied"
	ReasonDuplicateName        Reason = "DuplicateName"
	ReasonSourceUnavailable    Reason = "SourceUnavailable"
	ReasonNoDependencies       Reason = "NoDependencies"
	ReasonDependenciesReady    Reason = "DependenciesReady"
	ReasonDependencyNotFound   Reason = "DependencyNotFound"
	ReasonConfigNotFound       Reason = "ConfigNotFound"
	ReasonConfigKeyNotFound    Reason = "ConfigKeyNotFound"
	ReasonSecretNotFound       Reason = "SecretNotFound"
	ReasonSecretKeyNotFound    Reason = "SecretKeyNotFound"
	ReasonDependencyCycle      Reason = "DependencyCycle"
	ReasonDependencyNotReady   Reason = "DependencyNotReady"
	ReasonDependencyFailed     Reason = "DependencyFailed"
	ReasonInitializing         Reason = "Initializing"
	ReasonInitContainerFailed  Reason = "InitContainerFailed"
	ReasonImagePresent         Reason = "ImagePresent"
	ReasonImageNotPresent      Reason = "ImageNotPresent"
	ReasonImagePulling         Reason = "ImagePulling"
	ReasonImageNotFound        Reason = "ImageNotFound"
	ReasonImagePullUnauthed    Reason = "ImagePullUnauthorized"
	ReasonImagePullBackOff     Reason = "ImagePullBackOff"
	ReasonImageNeverPull       Reason = "ImageNeverPull"
	ReasonPending              Reason = "Pending"
	ReasonRunning              Reason = "Running"
	ReasonCompleted            Reason = "Completed"
	ReasonExited               Reason = "Exited"
	ReasonNotCreated           Reason = "NotCreated"
	ReasonPresent              Reason = "Present"
	ReasonHealthy              Reason = "Healthy"
	ReasonHealthStarting       Reason = "HealthCheckStarting"
	ReasonHealthCheckFailed    Reason = "HealthCheckFailed"
	ReasonProbeFailed          Reason = "ProbeFailed"
	ReasonStartTimeout         Reason = "StartTimeout"
	ReasonNoHealthCheck        Reason = "NoHealthCheck"
	ReasonNotRunning           Reason = "NotRunning"
	ReasonSynced               Reason = "Synced"
	ReasonDrifted              Reason = "Drifted"
	ReasonReplacing            Reason = "Replacing"
	ReasonReplacementFailed    Reason = "ReplacementFailed"
	ReasonRestarting           Reason = "Restarting"
	ReasonRollingBack          Reason = "RollingBack"
	ReasonDeleting             Reason = "Deleting"
	ReasonDeletionBlocked      Reason = "DeletionBlocked"
	ReasonPruneWithheld        Reason = "PruneWithheld"
	ReasonPruneDisabled        Reason = "PruneDisabled"
	ReasonPortInUse            Reason = "PortInUse"
	ReasonNameInUse            Reason = "NameInUse"
	ReasonForeignObject        Reason = "ForeignObject"
	ReasonNetworkNotFound      Reason = "NetworkNotFound"
	ReasonVolumeNotFound       Reason = "VolumeNotFound"
	ReasonSubnetOverlap        Reason = "SubnetOverlap"
	ReasonNetworkInUse         Reason = "NetworkInUse"
	ReasonVolumeInUse          Reason = "VolumeInUse"
	ReasonMountSourceMissing   Reason = "MountSourceMissing"
	ReasonMountDenied          Reason = "MountDenied"
	ReasonAddressInUse         Reason = "AddressInUse"
	ReasonPlatformMismatch     Reason = "PlatformMismatch"
	ReasonUnsupported          Reason = "Unsupported"
	ReasonCommandNotFound      Reason = "CommandNotFound"
	ReasonCommandNotExecutable Reason = "CommandNotExecutable"
	ReasonOutOfMemory          Reason = "OutOfMemory"
	ReasonNonZeroExit          Reason = "NonZeroExit"
	ReasonBackOff              Reason = "BackOff"
	ReasonImmutableChanged     Reason = "ImmutableFieldChanged"
	ReasonEngineUnreachable    Reason = "EngineUnreachable"
	ReasonEngineUnresponsive   Reason = "EngineUnresponsive"
	ReasonEngineRefused        Reason = "EngineRefused"
	ReasonEngineError          Reason = "EngineError"
	ReasonDiskFull             Reason = "DiskFull"
	ReasonPaused               Reason = "Paused"
	ReasonStoppedByUser        Reason = "StoppedByUser"
	ReasonSuspended            Reason = "Suspended"
	ReasonMemoryNearLimit      Reason = "MemoryNearLimit"
	ReasonCPULimitReached      Reason = "CPULimitReached"
	ReasonLabelsCopied         Reason = "LabelsCopied"
	ReasonInternalError        Reason = "InternalError"
)
