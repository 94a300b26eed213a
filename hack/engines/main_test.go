// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const results = `{"engine": "sid", "version": "28.5.2", "api": "1.51", "store": "overlayfs", "cgroups": "2", "arguments": "-run X"}
{"Action":"run","Package":"p/pkg/e2e","Test":"TestA"}
{"Action":"output","Package":"p/pkg/e2e","Test":"TestA/bad","Output":"    a_test.go:7: it broke\n"}
{"Action":"pass","Package":"p/pkg/e2e","Test":"TestA/good"}
{"Action":"fail","Package":"p/pkg/e2e","Test":"TestA/bad"}
{"Action":"fail","Package":"p/pkg/e2e","Test":"TestA"}
{"Action":"pass","Package":"p/pkg/e2e","Test":"TestB"}
{"Action":"output","Package":"p/pkg/e2e","Test":"TestC","Output":"    c_test.go:9: not root\n"}
{"Action":"skip","Package":"p/pkg/e2e","Test":"TestC"}
{"Action":"fail","Package":"p/pkg/e2e"}
`

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"sid.json":      results,
		"rootless.json": `{"engine": "rootless", "unavailable": "no user namespaces"}` + "\n",
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	document := filepath.Join(dir, "engines.md")
	if err := write(dir, document); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| `sid` | 28.5.2 | 1.51 | containerd | v2 | 2 | 1 | 1 | a selection |\n",
		"Only a part of the tests was run: `-run X`.\n",
		"| `stable` | | | | | | | | not run |\n",
		"| `rootless` | | | | | | | | no user namespaces |\n",
		"Failed: unexplained: `it broke`\n\n- `e2e: TestA/bad`\n",
		"Skipped: not root\n\n- `e2e: TestC`\n",
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the document lacks %q:\n%s", want, got)
		}
	}
}
