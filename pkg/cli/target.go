// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// target is what the arguments of a command ask for: all objects of kinds, or
// named ones.
type target struct {
	// kinds are meant as a whole when there are no names.
	kinds []spec.Kind
	// names have a Kind and a Name, and a Namespace when the argument had one.
	names []spec.Key
}

// parseTarget reads [KIND[,KIND] [NAME..] | KIND/NAME.. | NAME..]; without
// arguments all kinds are meant.
func parseTarget(args []string) (target, error) {
	if len(args) == 0 || len(args) == 1 && args[0] == "all" {
		return target{kinds: shownKinds()}, nil
	}
	if kinds, ok := parseKinds(args[0]); ok {
		return targetOfKinds(kinds, args[1:])
	}
	var t target
	for _, arg := range args {
		name, err := parseName(arg)
		if err != nil {
			return target{}, err
		}
		t.names = append(t.names, name)
	}
	return t, nil
}

func targetOfKinds(kinds []spec.Kind, names []string) (target, error) {
	t := target{kinds: kinds}
	for _, name := range names {
		if strings.Contains(name, "/") {
			return target{}, errors.New("there is no need to specify a resource type as a separate argument " +
				"when passing arguments in KIND/NAME form, such as `reconciler get container/app net/backend`")
		}
		for _, kind := range kinds {
			t.names = append(t.names, spec.Key{Kind: kind, Name: name})
		}
	}
	return t, nil
}

// parseName reads NAME, KIND/NAME and KIND/NAMESPACE/NAME.
func parseName(arg string) (spec.Key, error) {
	parts := strings.Split(arg, "/")
	for _, part := range parts {
		if part == "" || len(parts) > 3 {
			return spec.Key{}, fmt.Errorf("%q names no object: want NAME, KIND/NAME or KIND/NAMESPACE/NAME", arg)
		}
	}
	if len(parts) == 1 {
		return spec.Key{Kind: spec.KindContainer, Name: arg}, nil
	}
	kind, ok := parseKind(parts[0])
	if !ok {
		return spec.Key{}, fmt.Errorf("the server doesn't have a resource type %q: "+
			"there are containers (ct), networks (net), volumes (vol), configs (cfg), secrets (sec) and manifests (mf)", parts[0])
	}
	name := spec.Key{Kind: kind, Name: parts[len(parts)-1]}
	if len(parts) == 3 {
		name.Namespace = parts[1]
	}
	return name, nil
}

// shownKinds are all kinds in the order in which they are shown: what people
// look for comes first.
func shownKinds() []spec.Kind {
	return []spec.Kind{spec.KindContainer, spec.KindNetwork, spec.KindVolume, spec.KindConfig, spec.KindSecret, spec.KindManifest}
}

// parseKinds reads kinds separated by commas.
func parseKinds(words string) ([]spec.Kind, bool) {
	var kinds []spec.Kind
	for word := range strings.SplitSeq(words, ",") {
		kind, ok := parseKind(word)
		if !ok {
			return nil, false
		}
		kinds = append(kinds, kind)
	}
	return kinds, true
}

// parseKind is the kind that a word means: singular, plural or short, in any
// case, with or without the group.
func parseKind(word string) (spec.Kind, bool) {
	word = strings.TrimSuffix(strings.ToLower(word), "."+v1alpha1.Group)
	for _, kind := range shownKinds() {
		if word == singular(kind) || word == plural(kind) || word == shortName(kind) {
			return kind, true
		}
	}
	return "", false
}

func shortName(kind spec.Kind) string {
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

func singular(kind spec.Kind) string { return strings.ToLower(string(kind)) }

func plural(kind spec.Kind) string { return singular(kind) + "s" }

// resourceName is an object as `-o name` prints it: "container.reconciler.dev/app".
func resourceName(k spec.Key) string { return singular(k.Kind) + "." + v1alpha1.Group + "/" + k.Name }
