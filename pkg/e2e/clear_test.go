// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// clear stops the controller and removes all objects of the instance. After a
// failure it first keeps the logs. An object that `down` leaves fails the test.
func (r *rig) clear() {
	r.t.Helper()
	if r.t.Failed() {
		r.keep()
	}
	r.stop()
	r.checkRaces()
	if got := r.cli("down", "--volumes", "--timeout", "1s", "--limit", patience.String()); got.code != 0 {
		r.t.Errorf("down: exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	for _, kind := range []string{"container", "network", "volume"} {
		args := []string{kind, "ls", "-q", "--filter", "label=" + instanceLabel + "=" + r.name}
		if kind == "container" {
			args = append(args, "-a")
		}
		// One at a time, because old engines can deadlock on concurrent removals.
		for _, id := range strings.Fields(docker(r.t, args...)) {
			r.t.Errorf("down left %s %s", kind, id)
			remove := []string{kind, "rm", id}
			if kind == "container" {
				remove = []string{kind, "rm", "-f", "-v", id}
			}
			docker(r.t, remove...)
		}
	}
}

// checkRaces fails the test if the race detector reported a race in a controller.
func (r *rig) checkRaces() {
	r.t.Helper()
	logs, _ := filepath.Glob(filepath.Join(r.home, "controller-*.log"))
	for _, file := range logs {
		content, err := os.ReadFile(file)
		r.must(err)
		if at := strings.Index(string(content), "WARNING: DATA RACE"); at >= 0 {
			r.t.Errorf("%s:\n%s", filepath.Base(file), content[at:min(at+4000, len(content))])
		}
	}
}

// keep saves the logs and objects of a failed test and logs the end of each. With
// `go test -artifacts` the files outlive the test.
func (r *rig) keep() {
	r.t.Helper()
	dir := r.t.ArtifactDir()
	save := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			r.t.Log(err)
		}
		if lines := strings.Split(text, "\n"); len(lines) > 60 {
			text = strings.Join(lines[len(lines)-60:], "\n")
		}
		r.t.Logf("--- %s\n%s", name, text)
	}
	if r.controller != nil {
		save("objects.yaml", r.cli("get", "-A", "-o", "yaml").stdout)
		save("objects.txt", r.cli("get", "-A").stdout)
	}
	for _, args := range [][]string{{"ps", "-a"}, {"network", "ls"}} {
		out, err := tryDocker(args...)
		save("docker-"+args[0]+".txt", fmt.Sprint(out, "\n", err))
	}
	save("events.txt", fmt.Sprint(r.events.since(0)))
	logs, _ := filepath.Glob(filepath.Join(r.home, "controller-*.log"))
	for _, file := range logs {
		if content, err := os.ReadFile(file); err == nil {
			save(filepath.Base(file), string(content))
		}
	}
}
