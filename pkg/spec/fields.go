// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"reflect"
	"slices"
)

// written reports that a field is written by the API: it is ignored here, so
// that what `get -o yaml` prints is a manifest.
func written(t reflect.Type, field string) bool {
	return t == reflect.TypeFor[Metadata]() &&
		slices.Contains([]string{"uid", "generation", "resourceVersion", "creationTimestamp"}, field)
}

// plannedKinds are part of the manifest's design and not built yet: naming them
// is a better answer than calling them unknown.
var plannedKinds = []string{"Config", "Secret"}

// plannedFields are fields of the manifest's design that are not built yet.
var plannedFields = map[reflect.Type][]string{
	reflect.TypeFor[Container](): {
		"platform", "envFile", "groupAdd", "domainName", "expose", "networkMode", "dns", "dnsSearch", "dnsOptions",
		"extraHosts", "configs", "secrets", "probes", "restartManagedBy", "onUnhealthy", "initContainers", "resources",
		"capAdd", "capDrop", "readOnlyRootFilesystem", "securityOpt", "sysctls", "init", "tty", "stdin", "ipc", "pid",
		"userns", "cgroupns", "runtime", "oomScoreAdj", "logging", "drift",
	},
	reflect.TypeFor[NetworkRef]():  {"ipv4Address", "ipv6Address", "macAddress", "priority"},
	reflect.TypeFor[Mount]():       {"noCopy", "propagation", "createHostPath", "size", "mode"},
	reflect.TypeFor[HealthCheck](): {"startInterval"},
	reflect.TypeFor[Dependency]():  {"restart"},
	reflect.TypeFor[Volume]():      {"onImmutableChange"},
}

// examples show the form of what other tools let one write shorter.
var examples = map[reflect.Type]string{
	reflect.TypeFor[Port]():        "write {host: 8080, container: 80}",
	reflect.TypeFor[Mount]():       "write {type: volume, source: data, target: /data}",
	reflect.TypeFor[HealthCheck](): `write {test: ["CMD", "program", "argument"]}`,
}
