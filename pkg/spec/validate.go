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
)

// LabelPrefix begins the names of the labels that the controller writes on
// engine objects; a manifest may not set such labels.
const LabelPrefix = "dev.reconciler."

// fail takes a fault: the field's path, what is wrong, and the way out.
type fail func(path, message, hint string)

// Validate finds every fault of a defaulted object and hands each to fail.
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
			fail("spec.driverOpts", "an external volume is not made, and takes no options", "remove them, or external")
		}
	}
	if value, found := o.Metadata.Annotations[AnnotationSuspend]; found && value != "true" && value != "false" {
		fail(join("metadata.annotations", AnnotationSuspend), fmt.Sprintf("found %q, want \"true\" or \"false\"", value), "write one of them, in quotes")
	}
	for _, name := range []string{AnnotationMemoryPressure, AnnotationCPUThrottled} {
		value, found := o.Metadata.Annotations[name]
		if v, err := strconv.ParseFloat(value, 64); found && (err != nil || !(v >= 0 && v <= 100)) {
			fail(join("metadata.annotations", name), fmt.Sprintf("found %q, want a percentage from 0 to 100", value), "write a number in quotes; \"0\" means never")
		}
	}
}

func validateName(name, path string, fail fail) {
	if name == "" {
		fail(path, "missing", "give it a name of lower-case letters, digits and -")
		return
	}
	if len(validation.IsDNS1123Label(name)) > 0 {
		hint := "use lower-case letters, digits and -, at most 63, beginning and ending with a letter or digit"
		fail(path, fmt.Sprintf("%q is no valid name", name), hint)
	}
}

var engineName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]*$`)

func validateEngineName(name, path string, fail fail) {
	if name != "" && !engineName.MatchString(name) {
		fail(path, fmt.Sprintf("%q is no valid name at the engine", name),
			"use letters, digits, _, . and -, beginning with a letter or digit")
	}
}

func validateLabels(labels map[string]string, path string, fail fail) {
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if strings.HasPrefix(name, LabelPrefix) {
			fail(join(path, name), "labels that begin with "+LabelPrefix+" are the controller's own", "choose another name")
		}
	}
}

// oneOf finds a value that is none of those allowed.
func oneOf[T ~string](value T, path string, fail fail, allowed ...T) {
	if value == "" || slices.Contains(allowed, value) {
		return
	}
	var names []string
	for _, a := range allowed {
		names = append(names, string(a))
	}
	fail(path, fmt.Sprintf("found %q, want %s", value, list(names)), cmp.Or(DidYouMean(string(value), names), "write one of them"))
}

func validateContainer(o Object, fail fail) {
	c := o.Container
	if c.ID != "" && c.ID != o.Metadata.Name {
		fail("spec.id", fmt.Sprintf("%q differs from metadata.name %q", c.ID, o.Metadata.Name), "give one of them")
	}
	if c.Name != "" && c.Name != c.ContainerName {
		fail("spec.name", fmt.Sprintf("%q differs from spec.containerName %q", c.Name, c.ContainerName), "give one of them")
	}
	validateEngineName(c.ContainerName, "spec.containerName", fail)
	if c.Image == "" {
		fail("spec.image", "missing", `name an image, such as "nginx:1.29"`)
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

// validateImage finds what is wrong with an image and the tag beside it.
func validateImage(image, tag, at string, fail fail) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		fail(at+".image", fmt.Sprintf("%q is no valid image reference: %v", image, err), "write it as name:tag or name@digest")
		return
	}
	if tag == "" {
		return
	}
	if _, err := reference.WithTag(reference.TrimNamed(named), tag); err != nil {
		fail(at+".tag", fmt.Sprintf("%q is no valid tag", tag), "use letters, digits, _, . and -")
		return
	}
	if tagged, ok := named.(reference.Tagged); ok && tagged.Tag() != tag {
		fail(at+".tag", fmt.Sprintf("%q differs from the tag %q in %s.image", tag, tagged.Tag(), at), "give one of them")
	}
}

// matches finds a text that is not of a form; an empty one is left to others.
func matches(text string, form *regexp.Regexp, at, what, hint string, fail fail) {
	if text != "" && !form.MatchString(text) {
		fail(at, fmt.Sprintf("%q is no %s", text, what), hint)
	}
}

// notEmpty finds empty items of a list.
func notEmpty(items []string, at string, fail fail) {
	for i, item := range items {
		if item == "" {
			fail(fmt.Sprintf("%s[%d]", at, i), "found an empty text", "write it or remove it")
		}
	}
}

// atLeast finds a number that is too small.
func atLeast(n, least int, at, hint string, fail fail) {
	if n < least {
		fail(at, fmt.Sprintf("found %d, want %d or more", n, least), cmp.Or(hint, "correct it or leave it out"))
	}
}
