// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/distribution/reference"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/pact-toolbox/reconciler/pkg/spelling"
)

// LabelPrefix is the prefix of the labels that the controller sets on engine
// objects. Manifests must not set labels with this prefix.
const LabelPrefix = "dev.reconciler."

// fail reports an error: the path of the field, a message, and a hint how to
// correct it.
type fail func(path, message, hint string)

// Validate checks a defaulted object and calls fail for each error.
func Validate(o Object, fail func(path, message, hint string)) {
	validateName(o.Metadata.Name, "metadata.name", fail)
	validateName(o.Metadata.Namespace, "metadata.namespace", fail)
	validateLabels(o.Metadata.Labels, "metadata.labels", fail)
	switch {
	case o.Container != nil:
		validateContainer(o, fail)
	case o.Network != nil:
		validateNetwork(o.Network, fail)
	case o.Volume != nil:
		v := o.Volume
		validateEngineName(v.VolumeName, "spec.volumeName", fail)
		validateLabels(v.Labels, "spec.labels", fail)
		oneOf(v.DeletionPolicy, "spec.deletionPolicy", fail, Retain, Delete)
		oneOf(v.OnImmutableChange, "spec.onImmutableChange", fail, ImmutableStall, ImmutableRecreate)
		if v.External && len(v.DriverOpts) > 0 {
			fail("spec.driverOpts", "not allowed on an external volume: it is not created by reconciler", "remove it, or remove external")
		}
	}
	if value, found := o.Metadata.Annotations[AnnotationSuspend]; found && value != "true" && value != "false" {
		fail(joinPath("metadata.annotations", AnnotationSuspend), fmt.Sprintf("found %q, want \"true\" or \"false\"", value), "use one of them, in quotes")
	}
	for _, name := range []string{AnnotationMemoryPressure, AnnotationCPUThrottled} {
		value, found := o.Metadata.Annotations[name]
		if v, err := strconv.ParseFloat(value, 64); found && (err != nil || !(v >= 0 && v <= 100)) {
			fail(joinPath("metadata.annotations", name), fmt.Sprintf("found %q, want a percentage from 0 to 100", value), "write a number in quotes; \"0\" disables the condition")
		}
	}
}

func validateName(name, path string, fail fail) {
	if name == "" {
		fail(path, "missing", "set a name of lower-case letters, digits and -")
		return
	}
	if len(validation.IsDNS1123Label(name)) > 0 {
		hint := "use lower-case letters, digits and -, at most 63 characters, beginning and ending with a letter or digit"
		fail(path, fmt.Sprintf("invalid name %q", name), hint)
	}
}

var engineName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]*$`)

func validateEngineName(name, path string, fail fail) {
	if name != "" && !engineName.MatchString(name) {
		fail(path, fmt.Sprintf("invalid engine name %q", name),
			"use letters, digits, _, . and -, beginning with a letter or digit")
	}
}

func validateLabels(labels map[string]string, path string, fail fail) {
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if strings.HasPrefix(name, LabelPrefix) {
			fail(joinPath(path, name), "labels with the prefix "+LabelPrefix+" are reserved for the controller", "use another name")
		}
	}
}

// oneOf reports a value that is not empty and not allowed.
func oneOf[T ~string](value T, path string, fail fail, allowed ...T) {
	if value == "" || slices.Contains(allowed, value) {
		return
	}
	var names []string
	for _, a := range allowed {
		names = append(names, string(a))
	}
	fail(path, fmt.Sprintf("found %q, want %s", value, joinOr(names)), cmp.Or(spelling.Suggest(string(value), names), "use one of them"))
}

func validateContainer(o Object, fail fail) {
	c := o.Container
	if c.ID != "" && c.ID != o.Metadata.Name {
		fail("spec.id", fmt.Sprintf("%q differs from metadata.name %q", c.ID, o.Metadata.Name), "set only one of them")
	}
	if c.Name != "" && c.Name != c.ContainerName {
		fail("spec.name", fmt.Sprintf("%q differs from spec.containerName %q", c.Name, c.ContainerName), "set only one of them")
	}
	validateEngineName(c.ContainerName, "spec.containerName", fail)
	if c.Image == "" {
		fail("spec.image", "missing", `set an image, such as "nginx:1.29"`)
	} else {
		validateImage(c.Image, c.Tag, "spec", fail)
	}
	oneOf(c.PullPolicy, "spec.pullPolicy", fail, PullAlways, PullMissing, PullNever)
	oneOf(c.Drift, "spec.drift", fail, DriftCorrect, DriftWarn, DriftIgnore)
	validateProcess(c, fail)
	validateEnv(c.Env, "spec", fail)
	validateLabels(c.Labels, "spec.labels", fail)
	validateRestart(c, fail)
	validateDependencies(o, fail)
	validateHealthCheck(c.HealthCheck, fail)
	validateProbes(c.Probes, fail)
	validateNetworking(o, fail)
	validateMounts(c.Volumes, "spec", fail)
	validateFileRefs(c.Configs, c.Secrets, "spec", fail)
	validateResources(c.Resources, fail)
	validateSecurity(o, fail)
	validateInitContainers(c, fail)
}

// validateImage checks an image reference and the separate tag.
func validateImage(image, tag, at string, fail fail) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		fail(at+".image", fmt.Sprintf("invalid image reference %q: %v", image, err), "write name:tag or name@digest")
		return
	}
	if tag == "" {
		return
	}
	if _, err := reference.WithTag(reference.TrimNamed(named), tag); err != nil {
		fail(at+".tag", fmt.Sprintf("invalid tag %q", tag), "use letters, digits, _, . and -")
		return
	}
	if tagged, ok := named.(reference.Tagged); ok && tagged.Tag() != tag {
		fail(at+".tag", fmt.Sprintf("%q differs from the tag %q in %s.image", tag, tagged.Tag(), at), "set only one of them")
	}
}

// matches reports a text that is not empty and does not match form.
func matches(text string, form *regexp.Regexp, at, what, hint string, fail fail) {
	if text != "" && !form.MatchString(text) {
		fail(at, fmt.Sprintf("invalid %s %q", what, text), hint)
	}
}

// notEmpty reports empty items of a list.
func notEmpty(items []string, at string, fail fail) {
	for i, item := range items {
		if item == "" {
			fail(fmt.Sprintf("%s[%d]", at, i), "found an empty string", "write a value or remove the item")
		}
	}
}

// atLeast reports a number that is less than the minimum.
func atLeast(n, least int, at, hint string, fail fail) {
	if n < least {
		fail(at, fmt.Sprintf("found %d, want %d or more", n, least), cmp.Or(hint, "use a larger number or omit it"))
	}
}
