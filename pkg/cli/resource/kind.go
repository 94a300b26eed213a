// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Kinds are all kinds in the order in which they are shown: what people
// look for comes first.
func Kinds() []spec.Kind {
	return []spec.Kind{spec.KindContainer, spec.KindNetwork, spec.KindVolume, spec.KindConfig, spec.KindSecret, spec.KindManifest}
}

// parseKinds reads kinds separated by commas.
func parseKinds(words string) ([]spec.Kind, bool) {
	var kinds []spec.Kind
	for word := range strings.SplitSeq(words, ",") {
		kind, ok := ParseKind(word)
		if !ok {
			return nil, false
		}
		kinds = append(kinds, kind)
	}
	return kinds, true
}

// ParseKind is the kind that a word means: singular, plural or short, in any
// case, with or without the group.
func ParseKind(word string) (spec.Kind, bool) {
	word = strings.TrimSuffix(strings.ToLower(word), "."+v1alpha1.Group)
	for _, kind := range Kinds() {
		if word == Singular(kind) || word == Plural(kind) || word == ShortName(kind) {
			return kind, true
		}
	}
	return "", false
}

// ShortName returns the short name of a kind, for example "ct".
func ShortName(kind spec.Kind) string {
	switch kind {
	case spec.KindContainer:
		return "ct"
	case spec.KindNetwork:
		return "net"
	case spec.KindVolume:
		return "vol"
	case spec.KindConfig:
		return "cfg"
	case spec.KindSecret:
		return "sec"
	}
	return "mf"
}

// Singular returns the name of a kind in lower case, for example "container".
func Singular(kind spec.Kind) string { return strings.ToLower(string(kind)) }

// Plural returns the name of several objects of a kind, for example "containers".
func Plural(kind spec.Kind) string { return Singular(kind) + "s" }

// FullName is an object as `-o name` prints it: "container.reconciler.dev/app".
func FullName(k spec.Key) string { return Singular(k.Kind) + "." + v1alpha1.Group + "/" + k.Name }
