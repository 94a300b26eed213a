// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"reflect"
	"slices"
)

// serverWritten reports whether a field is written by the API. Such fields are
// ignored, so that the output of `get -o yaml` is a valid manifest.
func serverWritten(t reflect.Type, field string) bool {
	return t == reflect.TypeFor[Metadata]() &&
		slices.Contains(serverFields, field)
}

// serverFields lists the fields of the metadata that the API writes.
var serverFields = []string{"uid", "generation", "resourceVersion", "creationTimestamp"}

// examples are hints for types that other tools write in a short notation.
var examples = map[reflect.Type]string{
	reflect.TypeFor[Port]():        "write {host: 8080, container: 80}",
	reflect.TypeFor[Mount]():       "write {type: volume, source: data, target: /data}",
	reflect.TypeFor[HealthCheck](): `write {test: ["CMD", "program", "argument"]}`,
}

// foreign maps field names of other tools to fields of this package.
var foreign = map[string]string{
	"environment": "env", "args": "command", "cmd": "command", "depends_on": "dependencies", "dependsOn": "dependencies",
	"restart": "restartPolicy", "mem_limit": "resources.limits.memory", "cpus": "resources.limits.cpus",
	"cpu": "cpus", "volumeMounts": "volumes", "mounts": "volumes", "stringData": "data", "working_dir": "workingDir",
	"shm_size": "resources.shmSize", "ulimits": "resources.ulimits", "devices": "resources.devices",
	"gpus": "resources.gpus", "pids_limit": "resources.limits.pids", "network": "networks", "tmpfs": "volumes",
	"livenessProbe": "probes.liveness", "readinessProbe": "probes.readiness", "startupProbe": "probes.startup",
	"imagePullPolicy": "pullPolicy", "terminationGracePeriodSeconds": "stopGracePeriod",
	"periodSeconds": "period", "timeoutSeconds": "timeout", "initialDelaySeconds": "initialDelay",
	"requests": "reservations", "hostPort": "host", "containerPort": "container", "published": "host",
	"read_only": "readOnly", "mountPath": "target", "hostNetwork": "networkMode: host", "userns_mode": "userns",
	"security_opt": "securityOpt", "securityContext": "capAdd, capDrop, privileged, user or readOnlyRootFilesystem",
}
