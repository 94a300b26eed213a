// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// rule gives a code to the errors whose text holds all of a set of fragments.
// This table is the only place of the project that reads an engine's texts:
// engines give most of these failures the same status.
type rule struct {
	// all are lower-case fragments that must all occur.
	all  []string
	code engine.Code
	// verbs limits the rule; none means any verb.
	verbs []verb
}

func (r rule) matches(v verb, text string) bool {
	if len(r.verbs) > 0 && !slices.Contains(r.verbs, v) {
		return false
	}
	for _, fragment := range r.all {
		if !strings.Contains(text, fragment) {
			return false
		}
	}
	return true
}

// textCode is the code of the first rule that matches.
func textCode(v verb, text string) (engine.Code, bool) {
	text = strings.ToLower(text)
	for _, r := range rules() {
		if r.matches(v, text) {
			return r.code, true
		}
	}
	return "", false
}

// rules are in order of precedence: what is said of any call, then pulls, then
// names and uses, networks, and last the texts of the runtime, which quote
// paths and may hold anything.
func rules() []rule {
	return slices.Concat(anyRules(), pullRules(), nameRules(), networkRules(), runtimeRules())
}

func anyRules() []rule {
	return []rule{
		{all: []string{"no space left on device"}, code: engine.DiskFull},
		{all: []string{"disk quota exceeded"}, code: engine.DiskFull},
		{all: []string{"client version ", "is too old"}, code: engine.Unreachable},
		{all: []string{"client version ", "is too new"}, code: engine.Unreachable},
	}
}

func pullRules() []rule {
	verbs := []verb{verbPull}
	// Registries answer "not there" and "not for you" alike, so that nobody can
	// probe for names: "pull access denied" is mostly a misspelled name.
	return []rule{
		{all: []string{"manifest unknown"}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{"manifest for ", "not found"}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{"name unknown"}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{"pull access denied", "repository does not exist"}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{"no matching manifest for "}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{"cannot be used on this platform"}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{"failed to resolve reference", "not found"}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{"no basic auth credentials"}, code: engine.ImageUnauthorized, verbs: verbs},
		{all: []string{"unauthorized"}, code: engine.ImageUnauthorized, verbs: verbs},
		{all: []string{"authentication required"}, code: engine.ImageUnauthorized, verbs: verbs},
		{all: []string{"incorrect username or password"}, code: engine.ImageUnauthorized, verbs: verbs},
		{all: []string{"requested access to the resource is denied"}, code: engine.ImageUnauthorized, verbs: verbs},
		{all: []string{"403 forbidden"}, code: engine.ImageUnauthorized, verbs: verbs},
		{all: []string{"invalid reference format"}, code: engine.Invalid, verbs: verbs},
	}
}

func nameRules() []rule {
	creates := []verb{verbCreate, verbCreateNetwork, verbCreateVolume}
	return []rule{
		{all: []string{"the container name ", "is already in use"}, code: engine.NameInUse},
		{all: []string{"network with name ", "already exists"}, code: engine.NameInUse},
		{all: []string{"no such image"}, code: engine.ImageNotFound},
		{all: []string{" is ambiguous ("}, code: engine.Ambiguous},
		{all: []string{"volume is in use"}, code: engine.InUse},
		{all: []string{"has active endpoints"}, code: engine.InUse},
		{all: []string{"network ", " is in use"}, code: engine.InUse, verbs: []verb{verbRemove}},
		{all: []string{"is already in progress"}, code: engine.Conflict},
		{all: []string{"is marked for removal"}, code: engine.Conflict},
		{all: []string{"plugin", "not found"}, code: engine.Invalid, verbs: creates},
		{all: []string{"permitted on predefined ", "network"}, code: engine.Invalid},
		{all: []string{"is a pre-defined network"}, code: engine.Invalid},
	}
}

func networkRules() []rule {
	starts := []verb{verbStart, verbJoin}
	return []rule{
		{all: []string{"port is already allocated"}, code: engine.PortInUse, verbs: starts},
		// IPAM says "Address already in use" too, of addresses inside a network.
		{all: []string{"userland proxy", "address already in use"}, code: engine.PortInUse, verbs: starts},
		{all: []string{"host port", "address already in use"}, code: engine.PortInUse, verbs: starts},
		{all: []string{"listen ", "bind: address already in use"}, code: engine.PortInUse, verbs: starts},
		{all: []string{"cannot assign requested address"}, code: engine.Invalid, verbs: starts},
		{all: []string{"non-overlapping", "address pool"}, code: engine.SubnetOverlap},
		{all: []string{"pool overlaps with other one"}, code: engine.SubnetOverlap},
		{all: []string{"address pools have been fully subnetted"}, code: engine.SubnetOverlap},
		{all: []string{"invalid subnet"}, code: engine.Invalid},
		{all: []string{"invalid cidr address"}, code: engine.Invalid},
		{all: []string{"networks have overlapping"}, code: engine.SubnetOverlap},
		{all: []string{"network ", "not found"}, code: engine.NetworkNotFound, verbs: []verb{verbCreate, verbStart, verbJoin, verbLeave}},
		{all: []string{"no such network"}, code: engine.NetworkNotFound, verbs: []verb{verbCreate, verbStart, verbJoin, verbLeave}},
	}
}

func runtimeRules() []rule {
	verbs := []verb{verbStart}
	return []rule{
		{all: []string{"bind source path does not exist"}, code: engine.MountSourceMissing},
		{all: []string{"mounting ", "no such file or directory"}, code: engine.MountSourceMissing, verbs: verbs},
		{all: []string{"mounting ", "not a directory"}, code: engine.Invalid, verbs: verbs},
		{all: []string{"unable to find user"}, code: engine.Invalid, verbs: verbs},
		{all: []string{"unable to find group"}, code: engine.Invalid, verbs: verbs},
		{all: []string{"executable file not found"}, code: engine.CommandNotFound, verbs: verbs},
		{all: []string{"no such file or directory"}, code: engine.CommandNotFound, verbs: verbs},
		{all: []string{"exec format error"}, code: engine.CommandNotExecutable, verbs: verbs},
		{all: []string{"is a directory"}, code: engine.CommandNotExecutable, verbs: verbs},
		{all: []string{"permission denied"}, code: engine.CommandNotExecutable, verbs: verbs},
		{all: []string{"no command specified"}, code: engine.CommandNotFound},
	}
}
