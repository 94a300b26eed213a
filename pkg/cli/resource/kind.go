// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Kinds returns all kinds in the order in which they are listed: the most
// interesting kinds first.
func Kinds() []v1alpha1.Kind {
	return []v1alpha1.Kind{v1alpha1.KindContainer, v1alpha1.KindNetwork, v1alpha1.KindVolume, v1alpha1.KindConfig, v1alpha1.KindSecret, v1alpha1.KindManifest}
}

// parseKinds parses kinds separated by commas.
func parseKinds(words string) ([]v1alpha1.Kind, bool) {
	var kinds []v1alpha1.Kind
	for word := range strings.SplitSeq(words, ",") {
		kind, ok := ParseKind(word)
		if !ok {
			return nil, false
		}
		kinds = append(kinds, kind)
	}
	return kinds, true
}

// ParseKind returns the kind with a name: singular, plural or short, in any case,
// with or without the group.
func ParseKind(word string) (v1alpha1.Kind, bool) {
	word = strings.TrimSuffix(strings.ToLower(word), "."+v1alpha1.Group)
	for _, kind := range Kinds() {
		if word == Singular(kind) || word == Plural(kind) || word == ShortName(kind) {
			return kind, true
		}
	}
	return "", false
}

// ShortName returns the short name of a kind, for example "ct".
func ShortName(kind v1alpha1.Kind) string {
	switch kind {
	case v1alpha1.KindContainer:
		return "ct"
	case v1alpha1.KindNetwork:
		return "net"
	case v1alpha1.KindVolume:
		return "vol"
	case v1alpha1.KindConfig:
		return "cfg"
	case v1alpha1.KindSecret:
		return "sec"
	}
	return "mf"
}

// Singular returns the name of a kind in lower case, for example "container".
func Singular(kind v1alpha1.Kind) string { return strings.ToLower(string(kind)) }

// Plural returns the name of several objects of a kind, for example "containers".
func Plural(kind v1alpha1.Kind) string { return Singular(kind) + "s" }

// FullName returns the name of an object in the format of -o name, for example
// "container.reconciler.dev/app".
func FullName(k v1alpha1.Key) string { return Singular(k.Kind) + "." + v1alpha1.Group + "/" + k.Name }
