// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// lastApplied is the annotation in which kubectl apply keeps the applied object.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// ObjectOf returns the wire form of a report. The values of a Secret are redacted.
func ObjectOf(r status.Report) v1alpha1.Object {
	o := v1alpha1.Object{
		TypeMeta:   metav1.TypeMeta{APIVersion: spec.APIVersion, Kind: string(r.Key.Kind)},
		ObjectMeta: objectMeta(r),
		Status:     r.Status,
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
		o.Spec = encode(r.Object.Secret) // redacted by its MarshalJSON
		o.Annotations = maps.Clone(o.Annotations)
		delete(o.Annotations, lastApplied) // it contains the secret values
	}
	return o
}

// objectMeta returns the metadata of a report.
func objectMeta(r status.Report) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name:              r.Key.Name,
		Namespace:         r.Key.Namespace,
		UID:               types.UID(r.UID),
		ResourceVersion:   formatVersion(r.ResourceVersion),
		Generation:        r.Object.Generation,
		CreationTimestamp: seconds(r.FirstSeen),
		Labels:            r.Object.Metadata.Labels,
		Annotations:       r.Object.Metadata.Annotations,
	}
}

// encode returns the JSON of a value. It panics if the value has none, which is a
// programming error.
func encode(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return data
}

func formatVersion(v uint64) string { return strconv.FormatUint(v, 10) }

// seconds returns a time with the precision of the API, one second.
func seconds(t time.Time) metav1.Time {
	return metav1.NewTime(t.UTC().Truncate(time.Second))
}
