// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"strings"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestRecognize(t *testing.T) {
	const ours = "apiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: a}\nspec: {image: x}\n"
	rows := map[string]struct{ file, data, want string }{
		"a Compose file":             {"docker-compose.yml", "x-a: &a {image: x}\nservices:\n  web: {<<: *a}\n", "Compose file"},
		"a Kubernetes object":        {"web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {}\n", "Kubernetes Deployment"},
		"a Kubernetes Secret":        {"s.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n", "Kubernetes Secret"},
		"several Kubernetes objects": {"s.yaml", "---\n---\napiVersion: v1\nkind: Service\n---\napiVersion: apps/v1\nkind: Deployment\n", "Kubernetes Service"},
		"a kubeconfig":               {"kube.yaml", "apiVersion: v1\nkind: Config\nclusters: []\n", "Kubernetes Config"},
		"a Kustomization":            {"k.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", "Kustomization"},
		"a kind without end":         {"k.yaml", "apiVersion: v1\nkind: " + strings.Repeat("x", 1000), "Kubernetes object"},
		"a Helm template":            {"d.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n{{- if .x }}\n", "foreign"},
		"Helm values":                {"values.yaml", "image: {repository: x, tag: y}\nresources: {}\nenv: {}\n", "Helm values"},
		"package.json":               {"package.json", "{\"name\": \"x\",\n\t\"version\": \"1.0.0\"}", "npm package"},
		"a workflow":                 {"ci.yml", "name: x\non: [push]\njobs: {a: {container: y}}\n", "GitHub Actions workflow"},
		"a pipeline with an image":   {"ci.yml", "image: alpine\nstages: [a]\nb: {script: [c]}\n", "GitLab CI pipeline"},
		"a playbook":                 {"site.yaml", "- hosts: all\n  tasks: []\n", "Ansible playbook"},
		"a Quadlet unit":             {"q.yaml", "[Unit]\nDescription=x\n\n[Container]\nImage=y\n", "Quadlet unit"},
		"comments in JSON":           {"tsconfig.json", "{\n  // strict\n  \"compilerOptions\": {}\n}\n", "TypeScript configuration"},
		"a large file":               {"data.json", `{"a": "` + strings.Repeat("x", spec.MaxBytes) + `"}`, "foreign"},
		"an empty object":            {"a.json", "{}", "foreign"},
		"a list":                     {"a.yaml", "- a\n- b\n", "foreign"},
		"text":                       {"a.yaml", "hello world", "foreign"},

		"a manifest after many documents": {"a.yaml", strings.Repeat("a: b\n---\n", 200) + ours, ""},
		"no valid JSON":                   {"a.json", "{", ""},
		"the beginning of a manifest":     {"a.yaml", "apiVer", "foreign"},
		"another encoding":                {"fr.json", "{\"hello\": \"caf\xe9\"}", ""},
		"a manifest":                      {"a.yaml", ours, ""},
		"a manifest beside another":       {"a.yaml", "services: {}\n---\n" + ours, ""},
		"a list of manifests":             {"a.yaml", "- " + strings.ReplaceAll(ours, "\n", "\n  "), ""},
		"a manifest in UTF-16":            {"a.yaml", "a\x00p\x00i\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00:\x00 \x00r\x00e\x00c\x00o\x00n\x00c\x00i\x00l\x00e\x00r\x00.\x00d\x00e\x00v\x00", ""},
		"a manifest with a tab":           {"a.yaml", "apiVersion: reconciler.dev/v1alpha1\nkind: Container\nspec:\n\timage: x\n", ""},
		"another version":                 {"a.yaml", "apiVersion: reconciler.dev/v1\nkind: Pot\n", ""},
		"a misspelled version":            {"a.yaml", "apiVersion: recnociler.dev/v1alpha1\nkind: Secret\n", ""},
		"the version of Kubernetes":       {"a.yaml", "apiVersion: v1\nkind: Container\nspec: {}\n", ""},
		"a kind without version":          {"a.yaml", "kind: Secret\nmetadata: {name: a}\n", ""},
		"a misspelled kind alone":         {"a.yaml", "kind: Containre\nmetadata: {name: a}\n", ""},
		"only metadata and spec":          {"a.yaml", "metadata: {name: a}\nspec: {image: x}\n", ""},
		"the spec of a container":         {"a.json", `{"id": "a", "image": "x", "ports": [], "depends_on": []}`, ""},
		"a name that another tool has":    {"values.yaml", ours + "  x: 1\n", ""},
		"no valid YAML, with a kind":      {"a.yaml", "kind: [\nmetadata:\n", ""},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			tool, foreign := spec.Recognize(row.file, []byte(row.data))
			if foreign && tool == "" {
				tool = "foreign"
			}
			if tool != row.want || foreign != (row.want != "") {
				t.Errorf("got %q, foreign: %v; want %q", tool, foreign, row.want)
			}
		})
	}
}
