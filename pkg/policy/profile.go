// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"path/filepath"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Profile is the name of a policy. The zero value is Dev.
type Profile string

// The profiles, from least to most strict.
const (
	// Dev denies nothing.
	Dev Profile = "dev"
	// Baseline denies access to the host.
	Baseline Profile = "baseline"
	// Restricted also denies privileges that most containers do not need.
	Restricted Profile = "restricted"
)

// Set sets the profile by its name. It implements pflag.Value.
func (p *Profile) Set(text string) error {
	switch named := Profile(text); named {
	case Dev, Baseline, Restricted:
		*p = named
		return nil
	}
	return fmt.Errorf("want %s, %s or %s", Dev, Baseline, Restricted)
}

// String returns the name of the profile.
func (p *Profile) String() string {
	if *p == "" {
		return string(Dev)
	}
	return string(*p)
}

// Type returns the type of the flag value.
func (*Profile) Type() string { return "string" }

// For returns the policy for the manifests of a directory, inside which host paths
// may be mounted. It returns nil if the profile denies nothing.
func (p Profile) For(dir string) spec.Policy {
	if p == "" || p == Dev {
		return nil
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return func(o spec.Object, deny spec.Deny) {
		ch := checker{profile: p, dir: dir, deny: deny}
		switch {
		case o.Container != nil:
			ch.checkContainer(o.Container)
		case o.Volume != nil:
			ch.checkVolume(o.Volume)
		case o.Network != nil:
			ch.checkNetwork(o.Network)
		}
	}
}

// checker checks one object against a profile.
type checker struct {
	profile Profile
	dir     string
	deny    spec.Deny
}

// denyUnless denies the field at path unless ok is true.
func (ch checker) denyUnless(ok bool, path, message, hint string) {
	if !ok {
		ch.deny(path, fmt.Sprintf("the %s policy denies %s", ch.profile, message), hint)
	}
}

// require denies the field at path if the profile is Restricted, unless ok is true.
func (ch checker) require(ok bool, path, message, hint string) {
	if !ok && ch.profile == Restricted {
		ch.deny(path, fmt.Sprintf("the %s policy requires %s", ch.profile, message), hint)
	}
}
