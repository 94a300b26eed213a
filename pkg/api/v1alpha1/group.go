// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import "github.com/pact-toolbox/reconciler/pkg/spec"

// The group and version of the resources.
const (
	Group      = "reconciler.dev"
	Version    = "v1alpha1"
	APIVersion = spec.APIVersion
)

// The paths that are not collections of resources.
const (
	// ControllerPath returns a Controller.
	ControllerPath = "/apis/" + APIVersion + "/controller"
	// PlanPath returns the actions that the controller would take now, as text.
	PlanPath = "/apis/" + APIVersion + "/plan"
	// ApprovePath accepts a POST of an Approval and returns the objects of it
	// whose deletion was held back until now.
	ApprovePath = "/apis/" + APIVersion + "/approve"
	// AccessPath returns the Access to the API over TCP. It is served on the unix
	// socket only.
	AccessPath = "/apis/" + APIVersion + "/access"
)

// Kind is the kind of an object.
type Kind = spec.Kind

// The kinds. KindManifest is the kind of a manifest file that declares no usable
// object.
const (
	KindContainer = spec.KindContainer
	KindNetwork   = spec.KindNetwork
	KindVolume    = spec.KindVolume
	KindConfig    = spec.KindConfig
	KindSecret    = spec.KindSecret
	KindManifest  = spec.KindManifest
)

// DefaultNamespace is the namespace of objects that name none.
const DefaultNamespace = spec.DefaultNamespace

// Key identifies an object: its kind, namespace and name.
type Key = spec.Key

// ParseKey parses a key in the form of Key.String, "Kind/namespace/name".
func ParseKey(s string) (Key, error) { return spec.ParseKey(s) }
