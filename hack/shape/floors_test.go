// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// floors returns the file patterns of the linter's rules that limit the imports of
// packages of this module.
func floors(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]struct {
						Files []string
						Deny  []struct{ Pkg string }
					}
				}
			}
		}
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	rules := map[string][]string{}
	for name, rule := range config.Linters.Settings.Depguard.Rules {
		for _, deny := range rule.Deny {
			if strings.HasPrefix(deny.Pkg, "github.com/pact-toolbox/reconciler") {
				rules[name] = rule.Files
			}
		}
	}
	return rules
}

// globbed reports whether a pattern of the linter matches a file. It supports **,
// * and alternatives.
func globbed(pattern, file string) bool {
	quoted := regexp.QuoteMeta(pattern)
	for _, replace := range [][2]string{{`\*\*`, ".*"}, {`\*`, "[^/]*"}, {`\{`, "(?:"}, {`\}`, ")"}, {",", "|"}} {
		quoted = strings.ReplaceAll(quoted, replace[0], replace[1])
	}
	return regexp.MustCompile("^" + quoted + "$").MatchString(file)
}

// TestEveryPackageIsOnOneFloor verifies that exactly one rule of the linter limits
// the imports of each package, so that a new package cannot import everything.
func TestEveryPackageIsOnOneFloor(t *testing.T) {
	m, err := measure("../..")
	if err != nil {
		t.Fatal(err)
	}
	rules := floors(t)
	checked := map[string]bool{}
	for _, f := range m.files {
		file, _, _ := strings.Cut(f.position, ":")
		dir := path.Dir(file)
		if strings.HasPrefix(dir, "hack/") || checked[dir] {
			continue
		}
		checked[dir] = true
		var matching []string
		for name, patterns := range rules {
			for _, pattern := range patterns {
				if globbed(pattern, "/root/"+file) {
					matching = append(matching, name)
				}
			}
		}
		if len(matching) != 1 {
			t.Errorf("the rules %v of hack/golangci.yml limit the imports of %s, want one rule", matching, dir)
		}
	}
	if len(checked) < 20 {
		t.Errorf("checked only %d packages", len(checked))
	}
}
