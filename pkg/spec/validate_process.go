// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	platform   = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9_]+(/[a-z0-9.]+)?$`)
	hostname   = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9])?$`)
	stopSignal = regexp.MustCompile(`^(SIG[A-Z]+[0-9]*([+-][0-9]+)?|[1-9]|[1-5][0-9]|6[0-4])$`)
)

// validateProcess finds what is wrong with the process of a container.
func validateProcess(c *Container, fail fail) {
	matches(c.Platform, platform, "spec.platform", "platform", "write it like linux/amd64 or linux/arm64/v8", fail)
	matches(c.Hostname, hostname, "spec.hostname", "host name", "use letters, digits, . and -, at most 63", fail)
	matches(c.StopSignal, stopSignal, "spec.stopSignal", "signal", "write it like SIGTERM", fail)
	if c.WorkingDir != "" && !path.IsAbs(c.WorkingDir) {
		fail("spec.workingDir", fmt.Sprintf("%q is no absolute path", c.WorkingDir), "begin it with /")
	}
	notEmpty(c.GroupAdd, "spec.groupAdd", fail)
}

// validateEnv finds what is wrong with the variables of the spec at a path.
func validateEnv(env map[string]EnvValue, spec string, fail fail) {
	for _, name := range slices.Sorted(maps.Keys(env)) {
		at, v := join(spec+".env", name), env[name]
		if name == "" || strings.Contains(name, "=") {
			fail(at, fmt.Sprintf("%q is no valid variable name", name), "use a name without =")
		}
		if v.FromConfig != nil && v.FromSecret != nil || v.Value != "" && (v.FromConfig != nil || v.FromSecret != nil) {
			fail(at, "a variable has one of value, fromConfig and fromSecret", "remove the others")
		}
		validateKeyRef(v.FromConfig, at+".fromConfig", fail)
		validateKeyRef(v.FromSecret, at+".fromSecret", fail)
	}
}

func validateKeyRef(ref *KeyRef, at string, fail fail) {
	if ref == nil {
		return
	}
	validateName(ref.Name, at+".name", fail)
	if ref.Key == "" {
		fail(at+".key", "missing", "name the entry")
	}
	matches(ref.Key, contentKey, at+".key", "valid key", "use letters, digits, _, . and -", fail)
}

func validateRestart(c *Container, fail fail) {
	p := c.RestartPolicy
	oneOf(p.Name, "spec.restartPolicy.name", fail, RestartNo, RestartAlways, RestartOnFailure, RestartUnlessStopped)
	const count = "spec.restartPolicy.maximumRetryCount"
	if p.MaximumRetryCount < 0 {
		fail(count, fmt.Sprintf("found %d, want 0 or more", p.MaximumRetryCount), "use 0 for no limit")
	} else if p.MaximumRetryCount > 0 && p.Name != RestartOnFailure {
		fail(count, fmt.Sprintf("the policy %s has no limit", p.Name), "remove it, or use the policy on-failure")
	}
	oneOf(c.RestartManagedBy, "spec.restartManagedBy", fail, RestartByController, RestartByEngine)
	oneOf(c.OnUnhealthy, "spec.onUnhealthy", fail, UnhealthyRestart, UnhealthyIgnore)
	if b := c.RestartBackoff; b != nil {
		initial, limit := b.Initial, b.Max
		if initial > 0 && limit > 0 && limit < initial {
			fail("spec.restartBackoff.max", fmt.Sprintf("%s is less than the initial %s", limit, initial), "make it as long at least")
		}
	}
	if c.RestartManagedBy != RestartByEngine {
		return
	}
	const hint = "remove it, or restartManagedBy: engine"
	if c.RestartBackoff != nil {
		fail("spec.restartBackoff", "the engine has a backoff of its own", hint)
	}
	if len(c.InitContainers) > 0 {
		fail("spec.initContainers", "the engine does not run them before its restarts", hint)
	}
}

func validateDependencies(o Object, fail fail) {
	seen := map[Key]int{}
	for i, d := range o.Container.Dependencies {
		at := fmt.Sprintf("spec.dependencies[%d]", i)
		k := d.Key(o.Metadata.Namespace)
		validateName(k.Name, at+".name", fail)
		validateName(k.Namespace, at+".name", fail)
		oneOf(d.Condition, at+".condition", fail, UntilStarted, UntilReady, UntilHealthy, UntilCompleted)
		if k == o.Key() {
			fail(at, "the container depends on itself", "remove it")
		}
		if first, found := seen[k]; found {
			fail(at, fmt.Sprintf("%s stands at spec.dependencies[%d] already", d.Name, first), "remove one of them")
		}
		seen[k] = i
	}
}

func validateInitContainers(c *Container, fail fail) {
	seen := map[string]int{}
	for i, init := range c.InitContainers {
		at := fmt.Sprintf("spec.initContainers[%d]", i)
		validateName(init.Name, at+".name", fail)
		if first, found := seen[init.Name]; found {
			fail(at+".name", fmt.Sprintf("%s stands at spec.initContainers[%d] already", init.Name, first), "rename one of them")
		}
		seen[init.Name] = i
		if init.Image != "" {
			validateImage(init.Image, init.Tag, at, fail)
		} else if init.Tag != "" {
			fail(at+".tag", "there is no image to join it to", "add image, or remove it")
		}
		oneOf(init.PullPolicy, at+".pullPolicy", fail, PullAlways, PullMissing, PullNever)
		if init.WorkingDir != "" && !path.IsAbs(init.WorkingDir) {
			fail(at+".workingDir", fmt.Sprintf("%q is no absolute path", init.WorkingDir), "begin it with /")
		}
		validateEnv(init.Env, at, fail)
		validateMounts(init.Volumes, at, fail)
		validateFileRefs(init.Configs, init.Secrets, at, fail)
		validateCapabilities(init.CapAdd, init.CapDrop, at, fail)
	}
}
