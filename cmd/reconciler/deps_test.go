// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/pact-toolbox/reconciler"

// listed is a package in the output of `go list -deps -json`.
type listed struct {
	ImportPath string
	Imports    []string
}

func dependencies(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Imports", module+"/cmd/reconciler").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestDependencies(t *testing.T) {
	all := dependencies(t)
	if len(all) < 100 {
		t.Fatalf("only %d packages were listed", len(all))
	}
	t.Run("only the docker adapter imports the SDK", func(t *testing.T) {
		const sdk, adapter = "github.com/docker/docker", module + "/pkg/engine/docker"
		found := false
		for _, p := range all {
			for _, imported := range p.Imports {
				if !strings.HasPrefix(imported, sdk+"/") || strings.HasPrefix(p.ImportPath, sdk) {
					continue
				}
				found = true
				if p.ImportPath != adapter {
					t.Errorf("%s imports %s", p.ImportPath, imported)
				}
			}
		}
		if !found {
			t.Error("no package imports the SDK: this test checks nothing")
		}
	})
	t.Run("packages that bloat the binary are not linked", func(t *testing.T) {
		for _, p := range all {
			for _, banned := range []string{
				"html/template", "k8s.io/client-go/kubernetes", "k8s.io/client-go/discovery",
				"k8s.io/client-go/dynamic",
			} {
				if p.ImportPath == banned || strings.HasPrefix(p.ImportPath, strings.TrimSuffix(banned, "/")+"/") {
					t.Errorf("%s is linked", p.ImportPath)
				}
			}
		}
	})
}

func TestBinaryStaysSmall(t *testing.T) {
	const limit = 45 << 20
	out := filepath.Join(t.TempDir(), "reconciler")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, module+"/cmd/reconciler")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, text)
	}
	info, err := os.Stat(out)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the binary has %.1f MiB", float64(info.Size())/(1<<20))
	if info.Size() > limit {
		t.Errorf("the binary has %d bytes, the limit is %d", info.Size(), limit)
	}
}
