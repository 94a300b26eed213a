// SPDX-License-Identifier: Apache-2.0

package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// The group and the version under which resources are served.
const (
	Group   = "reconciler.dev"
	Version = "v1alpha1"
)

// The paths beside those of resources.
const (
	// ControllerPath answers with a status.Controller.
	ControllerPath = "/apis/" + spec.APIVersion + "/controller"
	// PlanPath answers with what the controller would do now, as text.
	PlanPath = "/apis/" + spec.APIVersion + "/plan"
	// ApprovePath takes a POST of an Approval: what the prune guard is to let go.
	// It answers with those of them that it kept.
	ApprovePath = "/apis/" + spec.APIVersion + "/approve"
)

// lastApplied is the annotation in which kubectl apply keeps what was applied.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// Object is one resource: a Container, Network, Volume, Config, Secret or
// Manifest.
type Object struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	// Spec is what is desired, with defaults; absent for an object that is being
	// removed and for a Manifest. Container, Network and Volume decode it.
	Spec   json.RawMessage `json:"spec,omitempty"`
	Status status.Status   `json:"status"`
}

// ObjectList is a list of resources of one kind.
type ObjectList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`
	Items           []Object `json:"items"`
}

// ObjectOf is a report as the API shows it.
func ObjectOf(r status.Report) Object {
	o := Object{
		TypeMeta: metav1.TypeMeta{APIVersion: spec.APIVersion, Kind: string(r.Key.Kind)},
		ObjectMeta: metav1.ObjectMeta{
			Name:              r.Key.Name,
			Namespace:         r.Key.Namespace,
			UID:               types.UID(r.UID),
			ResourceVersion:   formatVersion(r.ResourceVersion),
			Generation:        r.Object.Generation,
			CreationTimestamp: seconds(r.FirstSeen),
			Labels:            r.Object.Metadata.Labels,
			Annotations:       r.Object.Metadata.Annotations,
		},
		Status: r.Status,
	}
	switch {
	case r.Object.Container != nil:
		o.Spec = encode(r.Object.Container)
	case r.Object.Network != nil:
		o.Spec = encode(r.Object.Network)
	case r.Object.Volume != nil:
		o.Spec = encode(r.Object.Volume)
	case r.Object.Config != nil:
		o.Spec = encode(r.Object.Config)
	case r.Object.Secret != nil:
		o.Spec = encode(r.Object.Secret) // redacted
		o.Annotations = maps.Clone(o.Annotations)
		delete(o.Annotations, lastApplied) // it holds what was redacted
	}
	return o
}

// Key names the resource.
func (o Object) Key() spec.Key {
	return spec.Key{Kind: spec.Kind(o.Kind), Namespace: o.Namespace, Name: o.Name}
}

// Container is the spec of a Container; nil when it has none.
func (o Object) Container() (*spec.Container, error) {
	return decodeSpec[spec.Container](o, spec.KindContainer)
}

// Network is the spec of a Network; nil when it has none.
func (o Object) Network() (*spec.Network, error) {
	return decodeSpec[spec.Network](o, spec.KindNetwork)
}

// Volume is the spec of a Volume; nil when it has none.
func (o Object) Volume() (*spec.Volume, error) {
	return decodeSpec[spec.Volume](o, spec.KindVolume)
}

func decodeSpec[T any](o Object, kind spec.Kind) (*T, error) {
	if o.Kind != string(kind) || len(o.Spec) == 0 {
		return nil, nil //nolint:nilnil // absence is no error
	}
	out := new(T)
	if err := json.Unmarshal(o.Spec, out); err != nil {
		return nil, fmt.Errorf("decode spec of %s: %w", o.Key(), err)
	}
	return out, nil
}

// encode is the JSON of a value that is known to have one.
func encode(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return data
}

func formatVersion(v uint64) string { return strconv.FormatUint(v, 10) }

// seconds is a time as the API shows it.
func seconds(t time.Time) metav1.Time {
	return metav1.NewTime(t.UTC().Truncate(time.Second))
}
