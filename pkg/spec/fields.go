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

// examples show the form of what other tools let one write shorter.
var examples = map[reflect.Type]string{
	reflect.TypeFor[Port]():        "write {host: 8080, container: 80}",
	reflect.TypeFor[Mount]():       "write {type: volume, source: data, target: /data}",
	reflect.TypeFor[HealthCheck](): `write {test: ["CMD", "program", "argument"]}`,
}
