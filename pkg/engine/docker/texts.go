// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// rule assigns a code to the errors whose text holds each of a set of
// fragments. The table of rules is the only place in this project that reads an
// engine's texts, because engines give most of these failures the same status.
// Each rule is as narrow as the texts of the engines' releases allow.
type rule struct {
	// all lists lower-case fragments; the text must hold each of them. A "*" in a
	// fragment stands for one word.
	all  []string
	code engine.Code
	// verbs limits the rule to some calls; empty means any call.
	verbs []verb
	// renegotiate is true if the engine refused the API version of the client.
	renegotiate bool
}

func (r rule) matches(v verb, text string) bool {
	if len(r.verbs) > 0 && !slices.Contains(r.verbs, v) {
		return false
	}
	for _, fragment := range r.all {
		if !containsFragment(text, fragment) {
			return false
		}
	}
	return true
}

// containsFragment reports whether text contains fragment, where a "*" in the fragment
// matches one word: at least one character, no spaces.
func containsFragment(text, fragment string) bool {
	before, after, wildcard := strings.Cut(fragment, "*")
	if !wildcard {
		return strings.Contains(text, fragment)
	}
	for {
		_, rest, found := strings.Cut(text, before)
		if !found {
			return false
		}
		word, _, found := strings.Cut(rest, after)
		if found && word != "" && !strings.ContainsAny(word, " \n") {
			return true
		}
		text = rest
	}
}

// ruleFor returns the first rule that matches text; false if none does.
func ruleFor(v verb, text string) (rule, bool) {
	text = strings.ToLower(text)
	for _, r := range allRules() {
		if r.matches(v, text) {
			return r, true
		}
	}
	return rule{}, false
}

// podmanRules returns the rules about texts that only Podman has.
func podmanRules() []rule {
	joins := []verb{verbCreate, verbStart, verbJoin, verbLeave}
	return []rule{
		{all: []string{"unable to find network with name or id "}, code: engine.NetworkNotFound, verbs: joins},
		{all: []string{"ip address * is already allocated to container"}, code: engine.AddressInUse, verbs: joins},
		{all: []string{"static ip * not in any subnet"}, code: engine.Invalid, verbs: joins},
		{all: []string{"can only be used on running containers"}, code: engine.NotRunning, verbs: []verb{verbTop}},
		{all: []string{"container state improper"}, code: engine.NotRunning, verbs: []verb{verbExec, verbStats}},
		{all: []string{"unique constraint failed: containerconfig.name"}, code: engine.NameInUse},
		{all: []string{"is already used on the host or by another config"}, code: engine.SubnetOverlap},
		{all: []string{"volume is being used"}, code: engine.InUse, verbs: []verb{verbRemove}},
		{all: []string{"has dependent containers which must be removed before it"}, code: engine.InUse, verbs: []verb{verbRemove}},
	}
}

// allRules returns the table in order of precedence: first the texts that any call
// may return, then those about pulls, names and uses, other containers, ports,
// networks and the host. The texts of the runtime come last, because they quote
// paths and so may contain the fragments of other rules.
func allRules() []rule {
	return slices.Concat(anyRules(), pullRules(), nameRules(), peerRules(), portRules(), networkRules(), hostRules(), podmanRules(), runtimeRules())
}

func anyRules() []rule {
	return []rule{
		{all: []string{"no space left on device"}, code: engine.DiskFull},
		// The quota of kernel keys is not about disk space.
		{all: []string{"session key: disk quota exceeded"}, code: engine.Unknown},
		{all: []string{"disk quota exceeded"}, code: engine.DiskFull},
		{all: []string{"client version * is too old"}, code: engine.Unreachable, renegotiate: true},
		{all: []string{"client version * is too new"}, code: engine.Unreachable, renegotiate: true},
	}
}

func pullRules() []rule {
	verbs := []verb{verbPull}
	// Registries give one answer for images that do not exist and for images that
	// need other credentials, so that names cannot be probed. "pull access denied"
	// therefore counts as ImageNotFound: most often the name is misspelled.
	return []rule{
		{all: []string{"manifest unknown"}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{"name unknown"}, code: engine.ImageNotFound, verbs: verbs},
		// Some releases quote the registry's response.
		{all: []string{`"code":"manifest_unknown"`}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{`"code":"name_unknown"`}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{"no basic auth credentials"}, code: engine.ImageUnauthorized, verbs: verbs},
		{all: []string{"pull access denied", "repository does not exist"}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{"no matching manifest for "}, code: engine.PlatformMismatch, verbs: verbs},
		{all: []string{"cannot be used on this platform"}, code: engine.PlatformMismatch, verbs: verbs},
		{all: []string{"no match for platform in manifest"}, code: engine.PlatformMismatch, verbs: verbs},
		{all: []string{"failed to resolve reference ", ": not found"}, code: engine.ImageNotFound, verbs: verbs},
		{all: []string{"unauthorized"}, code: engine.ImageUnauthorized, verbs: verbs},
		{all: []string{": denied"}, code: engine.ImageUnauthorized, verbs: verbs},
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
		{all: []string{"does not match the specified platform"}, code: engine.PlatformMismatch},
		{all: []string{"was found but does not provide the specified platform"}, code: engine.PlatformMismatch},
		{all: []string{" is ambiguous ("}, code: engine.Ambiguous},
		{all: []string{"volume is in use"}, code: engine.InUse},
		{all: []string{"has active endpoints"}, code: engine.InUse},
		{all: []string{"network * is in use"}, code: engine.InUse, verbs: []verb{verbRemove}},
		{all: []string{"is already in progress"}, code: engine.Conflict},
		{all: []string{"is marked for removal"}, code: engine.Conflict},
		{all: []string{`plugin "*" not found`}, code: engine.Invalid, verbs: creates},
		{all: []string{"permitted on predefined ", "network"}, code: engine.Invalid},
		{all: []string{"is a pre-defined network"}, code: engine.Invalid},
	}
}

// peerRules returns the rules about the state of containers: of the one whose
// namespace is shared, and of the one that a command needs to run in.
func peerRules() []rule {
	starts := []verb{verbCreate, verbStart}
	runs := []verb{verbExec, verbStats, verbTop}
	return []rule{
		{all: []string{"ps: exec: ", "executable file not found"}, code: engine.Unsupported, verbs: []verb{verbTop}},
		{all: []string{"is paused, unpause"}, code: engine.Paused, verbs: runs},
		{all: []string{"container * is not running"}, code: engine.NotRunning, verbs: runs},
		{all: []string{"is restarting, wait until"}, code: engine.NotRunning, verbs: runs},
		{all: []string{"no such container"}, code: engine.PeerUnavailable, verbs: starts},
		{all: []string{"non running container"}, code: engine.PeerUnavailable, verbs: starts},
		{all: []string{"can't join ipc"}, code: engine.PeerUnavailable, verbs: starts},
		{all: []string{"cannot join network namespace of container"}, code: engine.PeerUnavailable, verbs: starts},
		{all: []string{"container * is not running"}, code: engine.PeerUnavailable, verbs: starts},
		{all: []string{"is restarting, wait until"}, code: engine.PeerUnavailable, verbs: starts},
	}
}

func portRules() []rule {
	starts := []verb{verbStart, verbJoin}
	return []rule{
		{all: []string{"port is already allocated"}, code: engine.PortInUse, verbs: starts},
		// "address already in use" alone is about an address inside a network.
		{all: []string{"userland proxy", "address already in use"}, code: engine.PortInUse, verbs: starts},
		{all: []string{"host port", "address already in use"}, code: engine.PortInUse, verbs: starts},
		{all: []string{"listen ", "bind: address already in use"}, code: engine.PortInUse, verbs: starts},
		{all: []string{"ports are not available"}, code: engine.PortInUse, verbs: starts},
		{all: []string{"cannot assign requested address"}, code: engine.Invalid, verbs: starts},
	}
}

func networkRules() []rule {
	joins := []verb{verbCreate, verbStart, verbJoin}
	verbs := append(slices.Clone(joins), verbLeave)
	return []rule{
		{all: []string{"address already in use"}, code: engine.AddressInUse, verbs: joins},
		{all: []string{"no available ip"}, code: engine.AddressInUse, verbs: joins},
		{all: []string{"does not belong to any of this network's subnets"}, code: engine.Invalid, verbs: joins},
		{all: []string{"user specified ip address is supported only"}, code: engine.Invalid, verbs: joins},
		{all: []string{"non-overlapping", "address pool"}, code: engine.SubnetOverlap},
		{all: []string{"pool overlaps with other one"}, code: engine.SubnetOverlap},
		{all: []string{"address pools have been fully subnetted"}, code: engine.SubnetOverlap},
		{all: []string{"networks have overlapping"}, code: engine.SubnetOverlap},
		{all: []string{"invalid subnet"}, code: engine.Invalid},
		{all: []string{"invalid cidr address"}, code: engine.Invalid},
		{all: []string{"network * not found"}, code: engine.NetworkNotFound, verbs: verbs},
	}
}

// hostRules returns the rules about what a container takes from the host: paths,
// devices, users and limits.
func hostRules() []rule {
	starts := []verb{verbCreate, verbStart}
	return []rule{
		{all: []string{"bind source path does not exist"}, code: engine.MountSourceMissing},
		{all: []string{"mounts denied"}, code: engine.MountDenied},
		{all: []string{"is mounted on ", "but it is not a shared"}, code: engine.MountDenied},
		{all: []string{"invalid mount config for type \"bind\"", "permission denied"}, code: engine.MountDenied},
		{all: []string{"creating mount source path", "no such file or directory"}, code: engine.MountSourceMissing},
		{all: []string{"creating mount source path", "not a directory"}, code: engine.MountSourceMissing},
		{all: []string{"creating mount source path"}, code: engine.MountDenied},
		{all: []string{"mounting ", "no such file or directory"}, code: engine.MountSourceMissing, verbs: starts},
		{all: []string{"mounting ", "not a directory"}, code: engine.Invalid, verbs: starts},
		{all: []string{"mounting ", "permission denied"}, code: engine.MountDenied, verbs: starts},
		{all: []string{"mounting ", "operation not permitted"}, code: engine.MountDenied, verbs: starts},
		{all: []string{"marked read-only"}, code: engine.ReadOnly, verbs: []verb{verbCopy}},
		{all: []string{"gathering device information"}, code: engine.MountSourceMissing, verbs: starts},
		{all: []string{"could not select device driver"}, code: engine.Unsupported, verbs: starts},
		{all: []string{"unable to find user"}, code: engine.Invalid, verbs: starts},
		{all: []string{"unable to find group"}, code: engine.Invalid, verbs: starts},
		{all: []string{"invalid ipc mode"}, code: engine.Invalid, verbs: starts},
		{all: []string{"initialize logging driver"}, code: engine.Invalid, verbs: starts},
		{all: []string{"error setting rlimit"}, code: engine.Invalid, verbs: starts},
		{all: []string{"open /proc/sys/"}, code: engine.Invalid, verbs: starts},
		{all: []string{"chdir to cwd"}, code: engine.Invalid, verbs: starts},
		{all: []string{"memory limit should be smaller than"}, code: engine.Invalid, verbs: []verb{verbUpdate}},
		{all: []string{"unable to set memory limit"}, code: engine.Invalid, verbs: []verb{verbUpdate}},
	}
}

func runtimeRules() []rule {
	verbs := []verb{verbStart}
	return []rule{
		{all: []string{"executable file not found"}, code: engine.CommandNotFound, verbs: verbs},
		{all: []string{"exec: ", "no such file or directory"}, code: engine.CommandNotFound, verbs: verbs},
		{all: []string{"exec /", "no such file or directory"}, code: engine.CommandNotFound, verbs: verbs},
		{all: []string{"exec format error"}, code: engine.CommandNotExecutable, verbs: verbs},
		{all: []string{"exec: ", "is a directory"}, code: engine.CommandNotExecutable, verbs: verbs},
		{all: []string{"exec: ", "permission denied"}, code: engine.CommandNotExecutable, verbs: verbs},
		{all: []string{"exec /", "permission denied"}, code: engine.CommandNotExecutable, verbs: verbs},
		{all: []string{"no command specified"}, code: engine.CommandNotFound},
	}
}
