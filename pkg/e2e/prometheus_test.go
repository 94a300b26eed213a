// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// promtool runs promtool with the input and returns its folder.
func promtool(t *testing.T, stdin string, args ...string) (folder string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), filepath.Join(root, "hack", "prometheus.sh")).Output()
	if err != nil {
		t.Fatalf("hack/prometheus.sh: %v", err)
	}
	folder = strings.TrimSpace(string(out))
	if len(args) == 0 {
		return folder
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(folder, "promtool"), args...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return folder
}

// newPrometheus copies manifests/observability to a rig, with an image built from
// the installed Prometheus in the layout of the official image, and returns the
// free port that it uses.
func newPrometheus(r *rig) (port string) {
	r.t.Helper()
	image := "reconciler.dev/prometheus:" + r.name
	tree := filepath.Join(r.home, "image")
	program := filepath.Join(promtool(r.t, ""), "prometheus")
	out, err := exec.CommandContext(r.t.Context(), "ldd", program).CombinedOutput()
	if err != nil && !strings.Contains(string(out), "not a dynamic executable") {
		r.t.Fatalf("ldd: %v\n%s", err, out)
	}
	files := map[string]string{"/bin/prometheus": program}
	for _, library := range regexp.MustCompile(`/\S+`).FindAllString(string(out), -1) {
		if library = strings.TrimSuffix(library, ":"); library != program {
			files[library] = library
		}
	}
	for to, from := range files {
		r.must(os.MkdirAll(filepath.Dir(filepath.Join(tree, to)), 0o755))
		content, err := os.ReadFile(from)
		r.must(err)
		r.must(os.WriteFile(filepath.Join(tree, to), content, 0o755))
	}
	r.must(os.MkdirAll(filepath.Join(tree, "prometheus"), 0o755))
	archive := filepath.Join(r.home, "image.tar")
	for _, args := range [][]string{
		{"--create", "--exclude=./prometheus", "--owner=0", "--group=0", "."},
		{"--append", "--owner=65534", "--group=65534", "./prometheus"},
	} {
		args = append([]string{"--file", archive, "--directory", tree, "--numeric-owner"}, args...)
		if out, err := exec.CommandContext(r.t.Context(), "tar", args...).CombinedOutput(); err != nil {
			r.t.Fatalf("tar: %v\n%s", err, out)
		}
	}
	docker(r.t, "import", "--change", `ENTRYPOINT ["/bin/prometheus"]`, "--change", "USER nobody", //words:allow the user of the official image
		"--change", "WORKDIR /prometheus", "--change", "VOLUME /prometheus", archive, image)
	r.t.Cleanup(func() { _, _ = tryDocker("image", "rm", image) })
	port = freePort(r.t)
	r.setenv("PROMETHEUS_PORT", port)
	r.example("observability", "prom/prometheus:v3.5.0", image, "interval: 15s", "interval: 1s")
	return port
}
