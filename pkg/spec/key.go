// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"fmt"
	"strings"
)

// Kind is the kind of a resource, spelled as in a manifest.
type Kind string

// The kinds that a manifest may declare.
const (
	KindContainer Kind = "Container"
	KindNetwork   Kind = "Network"
	KindVolume    Kind = "Volume"
	KindConfig    Kind = "Config"
	KindSecret    Kind = "Secret"
)

// KindManifest is the kind under which errors of a manifest file are reported if
// they belong to no object. It cannot be declared and has no engine object.
const KindManifest Kind = "Manifest"

// APIVersion is the apiVersion of all manifests.
const APIVersion = "reconciler.dev/v1alpha1"

// DefaultNamespace is the namespace of objects whose manifest sets none.
const DefaultNamespace = "default"

// Kinds returns the kinds that a manifest may declare, in creation order.
func Kinds() []Kind {
	return []Kind{KindNetwork, KindVolume, KindConfig, KindSecret, KindContainer}
}

// Content reports whether objects of the kind only provide content to containers
// and have no engine object.
func (k Kind) Content() bool { return k == KindConfig || k == KindSecret }

// Key identifies an object and is the item of the controller's queue. It is
// comparable; the zero Key identifies no object.
type Key struct {
	Kind      Kind
	Namespace string
	Name      string
}

// String returns the key in the form "Kind/namespace/name".
func (k Key) String() string {
	return string(k.Kind) + "/" + k.Namespace + "/" + k.Name
}

// Compare orders keys by kind, namespace and name. It returns -1, 0 or 1.
func (k Key) Compare(other Key) int {
	return cmp.Or(
		cmp.Compare(k.Kind, other.Kind),
		cmp.Compare(k.Namespace, other.Namespace),
		cmp.Compare(k.Name, other.Name),
	)
}

// ParseKey parses the form "Kind/namespace/name". It does not check that the kind
// is known.
func ParseKey(s string) (Key, error) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return Key{}, fmt.Errorf("invalid key %q: want Kind/namespace/name", s)
	}
	return Key{Kind: Kind(parts[0]), Namespace: parts[1], Name: parts[2]}, nil
}
