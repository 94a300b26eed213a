// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/spelling"
)

// minMemory is the smallest memory limit that the engine accepts.
const minMemory Size = 6 << 20

var (
	cpuSet      = regexp.MustCompile(`^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$`)
	permissions = regexp.MustCompile(`^[rwm]{1,3}$`)
	ulimitName  = regexp.MustCompile(`^[a-z]+$`)
)

func validateResources(r Resources, fail fail) {
	const at = "spec.resources"
	validateMemory(r, fail)
	notUnlimited(r.ShmSize, at+".shmSize", fail)
	atLeast(r.Limits.PIDs, -1, at+".limits.pids", "omit it for no limit", fail)
	if r.CPUShares != 0 && (r.CPUShares < 2 || r.CPUShares > 262144) {
		fail(at+".cpuShares", fmt.Sprintf("found %d, want 2 to 262144", r.CPUShares), "omit it for the default of 1024")
	}
	if r.BlkioWeight != 0 && (r.BlkioWeight < 10 || r.BlkioWeight > 1000) {
		fail(at+".blkioWeight", fmt.Sprintf("found %d, want 10 to 1000", r.BlkioWeight), "omit it for the default of the engine")
	}
	matches(r.CPUSetCPUs, cpuSet, at+".cpusetCpus", "set of CPUs", `write CPU numbers and ranges such as "0-1,3"`, fail)
	for _, name := range slices.Sorted(maps.Keys(r.Ulimits)) {
		at, limit := joinPath(at+".ulimits", name), r.Ulimits[name]
		matches(name, ulimitName, at, "limit name", "use a name such as nofile or nproc", fail)
		atLeast(limit.Soft, -1, at+".soft", "use -1 for no limit", fail)
		atLeast(limit.Hard, -1, at+".hard", "use -1 for no limit", fail)
		if limit.Hard != -1 && (limit.Soft > limit.Hard || limit.Soft == -1) {
			fail(at+".soft", fmt.Sprintf("the soft limit %d exceeds the hard limit %d", limit.Soft, limit.Hard), "raise hard or lower soft")
		}
	}
	for i, d := range r.Devices {
		at := fmt.Sprintf("%s.devices[%d]", at, i)
		if !path.IsAbs(d.Host) {
			fail(at+".host", fmt.Sprintf("%q is not an absolute path", d.Host), "write the path of a device such as /dev/fuse")
		}
		if d.Container != "" && !path.IsAbs(d.Container) {
			fail(at+".container", fmt.Sprintf("%q is not an absolute path", d.Container), "begin it with /")
		}
		matches(d.Permissions, permissions, at+".permissions", "permissions", "use a combination of r, w and m", fail)
	}
	if g := r.GPUs; g != nil {
		atLeast(g.Count, -1, at+".gpus.count", "use -1 for all", fail)
		if (g.Count == 0) == (len(g.DeviceIDs) == 0) {
			fail(at+".gpus", "want exactly one of count and deviceIDs", `write all, 1 or {deviceIDs: ["0"]}`)
		}
	}
}

func validateMemory(r Resources, fail fail) {
	const at = "spec.resources"
	limit := r.Limits.Memory
	notUnlimited(limit, at+".limits.memory", fail)
	notUnlimited(r.Reservations.Memory, at+".reservations.memory", fail)
	if limit > 0 && limit < minMemory {
		fail(at+".limits.memory", fmt.Sprintf("%s is less than the minimum of 6Mi", limit), "use 6Mi or more; a number without a unit is bytes")
	}
	if limit > 0 && r.Reservations.Memory > limit {
		fail(at+".reservations.memory", fmt.Sprintf("%s exceeds limits.memory %s", r.Reservations.Memory, limit), "lower the reservation or raise the limit")
	}
	switch {
	case r.MemorySwap == 0:
	case limit <= 0:
		fail(at+".memorySwap", "not allowed without limits.memory", "set limits.memory")
	case r.MemorySwap > 0 && r.MemorySwap < limit:
		fail(at+".memorySwap", fmt.Sprintf("%s is less than limits.memory %s", r.MemorySwap, limit), "set it to the sum of memory and swap")
	}
}

// validateSecurity checks the privileges and namespaces of a container.
func validateSecurity(o Object, fail fail) {
	c := o.Container
	validateCapabilities(c.CapAdd, c.CapDrop, "spec", fail)
	notEmpty(c.SecurityOpt, "spec.securityOpt", fail)
	for _, name := range slices.Sorted(maps.Keys(c.Sysctls)) {
		at := joinPath("spec.sysctls", name)
		switch {
		case !strings.Contains(name, "."):
			fail(at, fmt.Sprintf("invalid kernel parameter %q", name), "write a name such as net.core.somaxconn")
		case c.NetworkMode == "host" && strings.HasPrefix(name, "net."):
			fail(at, "not allowed with networkMode: host, because it would change the host", "remove one of them")
		}
	}
	validateNamespace(o, c.IPC, "spec.ipc", fail, "private", "shareable", "none", "host")
	validateNamespace(o, c.PID, "spec.pid", fail, "private", "host")
	oneOf(c.UserNS, "spec.userns", fail, "host")
	oneOf(c.CgroupNS, "spec.cgroupns", fail, "private", "host")
	if c.OOMScoreAdj < -1000 || c.OOMScoreAdj > 1000 {
		fail("spec.oomScoreAdj", fmt.Sprintf("found %d, want -1000 to 1000", c.OOMScoreAdj), "omit it for the default of 0")
	}
}

// validateNamespace checks the mode of a namespace; words lists the allowed modes
// besides "container:<name>".
func validateNamespace(o Object, mode, at string, fail fail, words ...string) {
	if owner, shared := SharedWith(mode, o.Metadata.Namespace); shared {
		validateShared(o, owner, at, fail)
		return
	}
	if mode != "" && !slices.Contains(words, mode) {
		words = append(words, "container:<name>")
		fail(at, fmt.Sprintf("found %q, want %s", mode, joinOr(words)), cmp.Or(spelling.Suggest(mode, words), "use one of them"))
	}
}

// capabilities lists the capabilities of Linux.
var capabilities = strings.Fields(`ALL AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF
	CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE
	LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON
	SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT
	SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM`)

func validateCapabilities(add, drop []string, spec string, fail fail) {
	added := map[string]bool{}
	check := func(names []string, field string) {
		for i, name := range names {
			at := fmt.Sprintf("%s.%s[%d]", spec, field, i)
			plain := strings.TrimPrefix(name, "CAP_")
			switch {
			case !slices.Contains(capabilities, plain):
				nearest := spelling.Suggest(strings.TrimPrefix(strings.ToUpper(name), "CAP_"), capabilities)
				fail(at, fmt.Sprintf("unknown capability %q", name), cmp.Or(nearest, "use a capability listed in capabilities(7), such as NET_ADMIN"))
			case field == "capDrop" && added[plain]:
				fail(at, name+" is both added and dropped", "remove one of them")
			case field == "capAdd":
				added[plain] = true
			}
		}
	}
	check(add, "capAdd")
	check(drop, "capDrop")
}
