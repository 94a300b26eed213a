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

// validateProcess checks the process of a container.
func validateProcess(c *Container, fail fail) {
	matches(c.Platform, platform, "spec.platform", "platform", "write a platform such as linux/amd64 or linux/arm64/v8", fail)
	matches(c.Hostname, hostname, "spec.hostname", "host name", "use letters, digits, . and -, at most 63 characters", fail)
	matches(c.StopSignal, stopSignal, "spec.stopSignal", "signal", "write a signal such as SIGTERM", fail)
	if c.WorkingDir != "" && !path.IsAbs(c.WorkingDir) {
		fail("spec.workingDir", fmt.Sprintf("%q is not an absolute path", c.WorkingDir), "begin it with /")
	}
	notEmpty(c.GroupAdd, "spec.groupAdd", fail)
}

// validateEnv checks the environment variables of the spec at a path.
func validateEnv(env map[string]EnvValue, spec string, fail fail) {
	for _, name := range slices.Sorted(maps.Keys(env)) {
		at, v := joinPath(spec+".env", name), env[name]
		if name == "" || strings.Contains(name, "=") {
			fail(at, fmt.Sprintf("invalid variable name %q", name), "use a name that is not empty and has no =")
		}
		if v.FromConfig != nil && v.FromSecret != nil || v.Value != "" && (v.FromConfig != nil || v.FromSecret != nil) {
			fail(at, "want exactly one of value, fromConfig and fromSecret", "remove the others")
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
		fail(at+".key", "missing", "set the key of the entry")
	}
	matches(ref.Key, contentKey, at+".key", "key", "use letters, digits, _, . and -", fail)
}

func validateRestart(c *Container, fail fail) {
	p := c.RestartPolicy
	oneOf(p.Name, "spec.restartPolicy.name", fail, RestartNo, RestartAlways, RestartOnFailure, RestartUnlessStopped)
	const count = "spec.restartPolicy.maximumRetryCount"
	if p.MaximumRetryCount < 0 {
		fail(count, fmt.Sprintf("found %d, want 0 or more", p.MaximumRetryCount), "use 0 for no limit")
	} else if p.MaximumRetryCount > 0 && p.Name != RestartOnFailure {
		fail(count, fmt.Sprintf("not allowed with the policy %s", p.Name), "remove it, or use the policy on-failure")
	}
	oneOf(c.RestartManagedBy, "spec.restartManagedBy", fail, RestartByController, RestartByEngine)
	oneOf(c.OnUnhealthy, "spec.onUnhealthy", fail, UnhealthyRestart, UnhealthyIgnore)
	if b := c.RestartBackoff; b != nil {
		initial, limit := b.Initial, b.Max
		if initial > 0 && limit > 0 && limit < initial {
			fail("spec.restartBackoff.max", fmt.Sprintf("%s is less than initial %s", limit, initial), "raise max or lower initial")
		}
	}
	if c.RestartManagedBy != RestartByEngine {
		return
	}
	const hint = "remove it, or remove restartManagedBy: engine"
	if c.RestartBackoff != nil {
		fail("spec.restartBackoff", "not allowed with restartManagedBy: engine, which has its own backoff", hint)
	}
	if len(c.InitContainers) > 0 {
		fail("spec.initContainers", "not allowed with restartManagedBy: engine, which does not run them before a restart", hint)
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
			fail(at, fmt.Sprintf("%s is already listed at spec.dependencies[%d]", d.Name, first), "remove one of them")
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
			fail(at+".name", fmt.Sprintf("the name %s is already used by spec.initContainers[%d]", init.Name, first), "rename one of them")
		}
		seen[init.Name] = i
		if init.Image != "" {
			validateImage(init.Image, init.Tag, at, fail)
		} else if init.Tag != "" {
			fail(at+".tag", "not allowed without image", "set image, or remove it")
		}
		oneOf(init.PullPolicy, at+".pullPolicy", fail, PullAlways, PullMissing, PullNever)
		if init.WorkingDir != "" && !path.IsAbs(init.WorkingDir) {
			fail(at+".workingDir", fmt.Sprintf("%q is not an absolute path", init.WorkingDir), "begin it with /")
		}
		validateEnv(init.Env, at, fail)
		validateMounts(init.Volumes, at, fail)
		validateFileRefs(init.Configs, init.Secrets, at, fail)
		validateCapabilities(init.CapAdd, init.CapDrop, at, fail)
	}
}
