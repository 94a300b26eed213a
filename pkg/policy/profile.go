// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"path/filepath"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Profile is how much manifests may ask of the host. The zero value is Dev.
type Profile string

// The profiles, each stricter than the one before.
const (
	// Dev denies nothing: who writes manifests may do all that the engine can.
	Dev Profile = "dev"
	// Baseline denies what gives a container power over the host.
	Baseline Profile = "baseline"
	// Restricted denies also what a well-made container does not need.
	Restricted Profile = "restricted"
)

// Set takes a profile by its name.
func (p *Profile) Set(text string) error {
	switch named := Profile(text); named {
	case Dev, Baseline, Restricted:
		*p = named
		return nil
	}
	return fmt.Errorf("want %s, %s or %s", Dev, Baseline, Restricted)
}

// String is the profile's name.
func (p *Profile) String() string {
	if *p == "" {
		return string(Dev)
	}
	return string(*p)
}

// Type is that of the flag's value.
func (*Profile) Type() string { return "string" }

// For is the policy for the manifests of a directory: host paths may be mounted
// from below it. nil when the profile denies nothing.
func (p Profile) For(dir string) spec.Policy {
	if p == "" || p == Dev {
		return nil
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return func(o spec.Object, deny spec.Deny) {
		j := judge{profile: p, dir: dir, deny: deny}
		switch {
		case o.Container != nil:
			j.container(o.Container)
		case o.Volume != nil:
			j.volume(o.Volume)
		case o.Network != nil:
			j.network(o.Network)
		}
	}
}

// judge finds what a profile denies in one object.
type judge struct {
	profile Profile
	dir     string
	deny    spec.Deny
}

// denies records what is denied, unless ok.
func (j judge) denies(ok bool, path, message, hint string) {
	if !ok {
		j.deny(path, fmt.Sprintf("the %s policy denies %s", j.profile, message), hint)
	}
}

// wants records what is missing, unless ok; only restricted wants anything.
func (j judge) wants(ok bool, path, message, hint string) {
	if !ok && j.profile == Restricted {
		j.deny(path, fmt.Sprintf("the %s policy wants %s", j.profile, message), hint)
	}
}
