// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pact-toolbox/reconciler/pkg/spelling"
)

// Recognize reports whether a file with errors belongs to another tool: no document
// in it has the apiVersion or the fields of a manifest. A file that is neither YAML
// nor JSON belongs to another tool only if its type or its apiVersion is known.
// Recognize returns the type of the file, such as "Compose file", or "" if the type
// is not known. file is the name of the file.
func Recognize(file string, data []byte) (tool string, foreign bool) {
	documents, complete := parseLoosely(data)
	if mayBeManifest(data, complete) || slices.ContainsFunc(documents, isManifest) {
		return "", false
	}
	if tool, known := toolNames[file]; known {
		return tool, true
	}
	for _, doc := range documents {
		if tool := toolOf(doc); tool != "" {
			return tool, true
		}
	}
	if quadlet.Match(data) {
		return "Quadlet unit", true
	}
	return "", complete || len(data) > MaxBytes || versionLine.Match(data)
}

// parseLoosely returns the documents of a file, and false if only those before an
// error.
func parseLoosely(data []byte) (documents []any, complete bool) {
	if len(data) > MaxBytes {
		return nil, false
	}
	decoder := yaml.NewDecoder(bytes.NewReader(jsonToYAML(data)))
	for {
		var doc any
		if err := decoder.Decode(&doc); err != nil {
			return documents, err.Error() == "EOF"
		}
		documents = append(documents, doc)
	}
}

var (
	versionLine = regexp.MustCompile(`(?m)^[\s{,-]*"?apiVersion"?\s*:\s*"?([^\s",}]*)`)
	fieldLine   = regexp.MustCompile(`(?m)^[\s{,-]*"?(kind|metadata|spec)"?\s*:`)
	quadlet     = regexp.MustCompile(`(?m)^\[(Container|Pod|Network|Volume|Kube|Image|Build)\]\s*$`)
)

// mayBeManifest reports whether the text of a file looks like a manifest: it has an
// apiVersion of ours or, if it could not be parsed, no apiVersion and another field
// of a manifest.
func mayBeManifest(data []byte, parsed bool) bool {
	data = bytes.ReplaceAll(data, []byte{0}, nil) // the file may be UTF-16
	versions := versionLine.FindAllSubmatch(data, -1)
	for _, v := range versions {
		if isOurVersion(string(v[1])) {
			return true
		}
	}
	return !parsed && len(versions) == 0 && fieldLine.Match(data)
}

// isOurVersion reports whether an apiVersion is ours or a misspelling of ours.
func isOurVersion(version string) bool {
	return strings.Contains(strings.ToLower(version), "reconciler") ||
		spelling.Similar(version, []string{APIVersion}) != ""
}

// isManifest reports whether a document has the apiVersion or the fields of a
// manifest.
func isManifest(doc any) bool {
	if list, ok := doc.([]any); ok {
		return slices.ContainsFunc(list, isManifest)
	}
	fields, ok := doc.(map[string]any)
	if !ok || len(fields) == 0 {
		return false
	}
	kind := textOf(fields["kind"])
	version := textOf(fields["apiVersion"])
	switch {
	case version != "" && isOurVersion(version):
		return true
	case version != "": // Kubernetes has no such kinds without a group
		return !strings.Contains(version, "/") &&
			slices.Contains([]Kind{KindContainer, KindNetwork, KindVolume}, Kind(kind))
	case kind != "":
		return slices.Contains(kindNames(), kind) || spelling.Similar(kind, kindNames()) != ""
	}
	return onlyEnvelope(fields) || isBareContainer(fields)
}

// onlyEnvelope reports whether all fields are fields of a manifest.
func onlyEnvelope(fields map[string]any) bool {
	for name := range fields {
		if !slices.Contains([]string{"metadata", "spec", "status"}, name) {
			return false
		}
	}
	return true
}

// isBareContainer reports whether a document is the spec of a container without
// apiVersion, kind and metadata.
func isBareContainer(fields map[string]any) bool {
	known := 0
	for name := range fields {
		if _, ok := fieldNamed(specTypes[KindContainer], name); ok || slices.Contains([]string{"id", "name"}, name) {
			known++
		}
	}
	return textOf(fields["image"]) != "" && 2*known >= len(fields)
}

func textOf(value any) string {
	text, _ := value.(string)
	return text
}

// toolNames are the types of files by name.
var toolNames = map[string]string{
	"package.json":        "npm package",
	"package-lock.json":   "npm lock file",
	"npm-shrinkwrap.json": "npm lock file",
	"pnpm-lock.yaml":      "pnpm lock file",
	"pnpm-workspace.yaml": "pnpm workspace",
	"lerna.json":          "Lerna configuration",
	"nx.json":             "Nx configuration",
	"turbo.json":          "Turborepo configuration",
	"tsconfig.json":       "TypeScript configuration",
	"jsconfig.json":       "JavaScript configuration",
	"deno.json":           "Deno configuration",
	"composer.json":       "Composer package",
	"pubspec.yaml":        "Dart package",
	"Chart.yaml":          "Helm chart",
	"values.yaml":         "Helm values",
	"mkdocs.yml":          "MkDocs configuration",
	"Taskfile.yml":        "Taskfile",
	"Taskfile.yaml":       "Taskfile",
	"renovate.json":       "Renovate configuration",
	"devcontainer.json":   "Dev Container",
	"skaffold.yaml":       "Skaffold configuration",
	"prometheus.yml":      "Prometheus configuration",
	"kustomization.yaml":  "Kustomization",
	"kustomization.yml":   "Kustomization",
}

// toolFields are the types of files by the fields that all documents of the type
// have.
var toolFields = []struct {
	tool   string
	fields []string
}{
	{"Compose file", []string{"services"}},
	{"GitHub Actions workflow", []string{"on", "jobs"}},
	{"GitLab CI pipeline", []string{"stages"}},
	{"OpenAPI document", []string{"openapi"}},
	{"OpenAPI document", []string{"swagger"}},
	{"JSON Schema", []string{"$schema", "type"}},
	{"JSON Schema", []string{"$schema", "properties"}},
	{"CloudFormation template", []string{"Resources"}},
}

// maxKind is the length up to which the kind of an object is part of its type.
const maxKind = 40

// toolOf returns the type of a document of another tool; empty if it is not known.
func toolOf(doc any) string {
	if list, ok := doc.([]any); ok {
		if len(list) > 0 && hasFields(list[0], "hosts") {
			return "Ansible playbook"
		}
		return ""
	}
	fields, _ := doc.(map[string]any)
	if version, kind := textOf(fields["apiVersion"]), textOf(fields["kind"]); version != "" && kind != "" {
		if group, _, _ := strings.Cut(version, "/"); kind == "Kustomization" && strings.HasSuffix(group, "kustomize.config.k8s.io") {
			return "Kustomization"
		}
		if len(kind) > maxKind {
			return "Kubernetes object"
		}
		return "Kubernetes " + kind
	}
	for _, known := range toolFields {
		if hasFields(doc, known.fields...) {
			return known.tool
		}
	}
	return ""
}

// hasFields reports whether a document has all of the fields.
func hasFields(doc any, names ...string) bool {
	fields, ok := doc.(map[string]any)
	return ok && !slices.ContainsFunc(names, func(name string) bool {
		return !slices.Contains(slices.Collect(maps.Keys(fields)), name)
	})
}
