// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Object is one resource: a Container, Network, Volume, Config, Secret or
// Manifest.
type Object struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	// Spec is the desired state, with defaults; absent for a Manifest and for an
	// object that is being removed. Container, Network and Volume decode it.
	Spec   json.RawMessage `json:"spec,omitempty"`
	Status Status          `json:"status"`
}

// ObjectList is a list of resources of one kind.
type ObjectList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`
	Items           []Object `json:"items"`
}

// Key returns the key of the resource.
func (o Object) Key() Key {
	return Key{Kind: Kind(o.Kind), Namespace: o.Namespace, Name: o.Name}
}

// Container returns the spec of a Container; nil if the object has another kind
// or no spec.
func (o Object) Container() (*spec.Container, error) {
	return decodeSpec[spec.Container](o, KindContainer)
}

// Network returns the spec of a Network; nil if the object has another kind or no
// spec.
func (o Object) Network() (*spec.Network, error) {
	return decodeSpec[spec.Network](o, KindNetwork)
}

// Volume returns the spec of a Volume; nil if the object has another kind or no
// spec.
func (o Object) Volume() (*spec.Volume, error) {
	return decodeSpec[spec.Volume](o, KindVolume)
}

func decodeSpec[T any](o Object, kind Kind) (*T, error) {
	if o.Kind != string(kind) || len(o.Spec) == 0 {
		return nil, nil //nolint:nilnil // absence is no error
	}
	out := new(T)
	if err := json.Unmarshal(o.Spec, out); err != nil {
		return nil, fmt.Errorf("decode spec of %s: %w", o.Key(), err)
	}
	return out, nil
}
