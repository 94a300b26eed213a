// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"fmt"
	"strings"
)

// Kind is the kind of a resource, spelled as in a manifest.
type Kind string

// The kinds a manifest may declare.
const (
	KindContainer Kind = "Container"
	KindNetwork   Kind = "Network"
	KindVolume    Kind = "Volume"
	KindConfig    Kind = "Config"
	KindSecret    Kind = "Secret"
)

// KindManifest is the kind under which a manifest file that declares nothing
// usable is reported. It cannot be declared, and names no engine object.
const KindManifest Kind = "Manifest"

// APIVersion is the apiVersion of every manifest.
const APIVersion = "reconciler.dev/v1alpha1"

// DefaultNamespace is the namespace of objects whose manifest names none.
const DefaultNamespace = "default"

// Kinds lists the kinds a manifest may declare, in creation order.
func Kinds() []Kind {
	return []Kind{KindNetwork, KindVolume, KindConfig, KindSecret, KindContainer}
}

// Content reports that objects of the kind are content for containers, and
// nothing at the engine.
func (k Kind) Content() bool { return k == KindConfig || k == KindSecret }

// Key names one resource and is the item of the controller's queue. It is
// comparable; the zero Key names nothing.
type Key struct {
	Kind      Kind
	Namespace string
	Name      string
}

// String is "Kind/namespace/name".
func (k Key) String() string {
	return string(k.Kind) + "/" + k.Namespace + "/" + k.Name
}

// Compare orders keys by kind, namespace and name.
func (k Key) Compare(other Key) int {
	return cmp.Or(
		cmp.Compare(k.Kind, other.Kind),
		cmp.Compare(k.Namespace, other.Namespace),
		cmp.Compare(k.Name, other.Name),
	)
}

// ParseKey reads the form that String writes.
func ParseKey(s string) (Key, error) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return Key{}, fmt.Errorf("key %q: want Kind/namespace/name", s)
	}
	return Key{Kind: Kind(parts[0]), Namespace: parts[1], Name: parts[2]}, nil
}
