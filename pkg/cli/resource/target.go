// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Target is the objects that the arguments of a command select: all objects of some
// kinds, or named objects.
type Target struct {
	// Kinds are selected as a whole when there are no names.
	Kinds []v1alpha1.Kind
	// Names have a Kind and a Name, and a Namespace when the argument had one.
	Names []v1alpha1.Key
}

// ParseTarget parses [KIND[,KIND] [NAME..] | KIND/NAME.. | NAME..]; without
// arguments it selects all kinds.
func ParseTarget(args []string) (Target, error) {
	if len(args) == 0 || len(args) == 1 && args[0] == "all" {
		return Target{Kinds: Kinds()}, nil
	}
	if kinds, ok := parseKinds(args[0]); ok {
		return targetOfKinds(kinds, args[1:])
	}
	var t Target
	for _, arg := range args {
		name, err := ParseName(arg)
		if err != nil {
			return Target{}, err
		}
		t.Names = append(t.Names, name)
	}
	return t, nil
}

func targetOfKinds(kinds []v1alpha1.Kind, names []string) (Target, error) {
	t := Target{Kinds: kinds}
	for _, name := range names {
		if strings.Contains(name, "/") {
			return Target{}, errors.New("there is no need to specify a resource type as a separate argument " +
				"when passing arguments in KIND/NAME form, such as `reconciler get container/app net/backend`")
		}
		for _, kind := range kinds {
			t.Names = append(t.Names, v1alpha1.Key{Kind: kind, Name: name})
		}
	}
	return t, nil
}

// ParseName parses NAME, KIND/NAME and KIND/NAMESPACE/NAME.
func ParseName(arg string) (v1alpha1.Key, error) {
	parts := strings.Split(arg, "/")
	for _, part := range parts {
		if part == "" || len(parts) > 3 {
			return v1alpha1.Key{}, fmt.Errorf("invalid name %q: must be NAME, KIND/NAME or KIND/NAMESPACE/NAME", arg)
		}
	}
	if len(parts) == 1 {
		return v1alpha1.Key{Kind: v1alpha1.KindContainer, Name: arg}, nil
	}
	kind, ok := ParseKind(parts[0])
	if !ok {
		return v1alpha1.Key{}, fmt.Errorf("the server doesn't have a resource type %q: "+
			"the types are containers (ct), networks (net), volumes (vol), configs (cfg), secrets (sec) and manifests (mf)", parts[0])
	}
	name := v1alpha1.Key{Kind: kind, Name: parts[len(parts)-1]}
	if len(parts) == 3 {
		name.Namespace = parts[1]
	}
	return name, nil
}
