// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"bytes"
	"errors"
	"io"
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

// maxDocuments is the number of documents by which a file is recognized.
const maxDocuments = 100

// parseLoosely returns the roots of the first documents of a file, and false if only
// the ones before an error. It does not expand aliases.
func parseLoosely(data []byte) (documents []*yaml.Node, complete bool) {
	if len(data) > MaxBytes || tooDeep(data) >= 0 {
		return nil, false
	}
	decoder := yaml.NewDecoder(bytes.NewReader(jsonToYAML(data)))
	for range maxDocuments {
		var doc yaml.Node
		if err := decoder.Decode(&doc); err != nil {
			return documents, errors.Is(err, io.EOF)
		}
		documents = append(documents, doc.Content...)
	}
	return documents, true
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
func isManifest(doc *yaml.Node) bool {
	if doc.Kind == yaml.SequenceNode {
		return slices.ContainsFunc(doc.Content, isManifest)
	}
	fields := nodeFields(doc)
	if len(fields) == 0 {
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
func onlyEnvelope(fields map[string]*yaml.Node) bool {
	for name := range fields {
		if !slices.Contains([]string{"metadata", "spec", "status"}, name) {
			return false
		}
	}
	return true
}

// isBareContainer reports whether a document is the spec of a container without
// apiVersion, kind and metadata.
func isBareContainer(fields map[string]*yaml.Node) bool {
	known := 0
	for name := range fields {
		if _, ok := fieldNamed(specTypes[KindContainer], name); ok || slices.Contains([]string{"id", "name"}, name) {
			known++
		}
	}
	return textOf(fields["image"]) != "" && 2*known >= len(fields)
}

// nodeFields returns the fields of a node; none if it is not an object.
func nodeFields(n *yaml.Node) map[string]*yaml.Node {
	fields := map[string]*yaml.Node{}
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			fields[n.Content[i].Value] = n.Content[i+1]
		}
	}
	return fields
}

// textOf returns the text of a node; empty if it is nil or not a string.
func textOf(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		return ""
	}
	return n.Value
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
func toolOf(doc *yaml.Node) string {
	if doc.Kind == yaml.SequenceNode {
		if len(doc.Content) > 0 && hasFields(doc.Content[0], "hosts") {
			return "Ansible playbook"
		}
		return ""
	}
	fields := nodeFields(doc)
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

// hasFields reports whether a node has all of the fields.
func hasFields(n *yaml.Node, names ...string) bool {
	fields := nodeFields(n)
	return !slices.ContainsFunc(names, func(name string) bool { return fields[name] == nil })
}
