// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// bombs returns files that are expensive to decode without limits.
func bombs() map[string]string {
	const volume = header + "kind: Volume\nmetadata: {name: data}\nspec:\n"
	const container = header + "kind: Container\nmetadata: {name: app}\nspec:\n  image: app\n"
	laughs := "a0: &a0 [x]\n"
	for i := range 30 {
		from, to := string(rune('a'+i%26)), string(rune('a'+(i+1)%26))
		laughs += to + ": &" + to + " [*" + from + ", *" + from + ", *" + from + "]\n"
	}
	anchor := "x: &x [" + strings.Repeat("y, ", 30_000) + "y]\n"
	return map[string]string{
		"laughs":          laughs,
		"many aliases":    volume + anchor + strings.Repeat("- *x\n", 10_000),
		"open brackets":   volume + strings.Repeat("[", 1<<19),
		"open braces":     volume + strings.Repeat("{a: ", 1<<17),
		"nested lists":    volume + strings.Repeat("- ", 1<<18),
		"nested keys":     volume + strings.Repeat("? ", 1<<18),
		"below the limit": volume + "  labels: " + strings.Repeat("[", 999) + strings.Repeat("]", 999),
		"indented":        volume + indented(1000),
		"NUL":             "a: \x00\n",
		"duplicates":      volume + strings.Repeat("  driver: x\n", 1<<16),
		"many labels":     volume + "  labels:\n" + strings.Repeat("    a: b\n", 1<<16),
		"reserved labels": volume + "  labels:\n" + numbered(1<<15, "    dev.reconciler."),
		"a long key":      volume + "  ? " + strings.Repeat("a", 1<<19) + "\n  : x\n",
		"many wrong keys": volume + numbered(1<<15, "  drivr"),
		"a megabyte":      volume + "  driver: " + strings.Repeat("x", 1<<19) + "\n",
		"many documents":  strings.Repeat("---\na: b\n", 1<<15),
		"ports":           container + "  ports:\n" + manyPorts(15_000),
		"variables":       container + "  command:\n" + strings.Repeat("  - ${BIG}${BIG}${BIG}${BIG}\n", 30_000),
		"unclosed":        container + "  command:\n" + strings.Repeat("  - ${\n", 1<<16),
		"dollars":         container + "  workingDir: \"" + strings.Repeat("$", 1<<19) + "\"\n",
		"sizes":           container + "  resources: {shmSize: 1" + strings.Repeat("0", 1<<19) + "}\n",
		"a wide pattern":  container + "  probes: {startup: {log: {pattern: \"" + strings.Repeat("(a{1000}){1000}", 1000) + "\"}}}\n",
		"statuses":        container + "  probes: {startup: {httpGet: {port: 1, expectStatus: \"" + strings.Repeat("200,", 1<<17) + "\"}}}\n",
		"many files":      header + "kind: Config\nmetadata: {name: conf}\nspec:\n  files:\n" + numbered(1<<14, "    f"),
		"base64":          header + "kind: Secret\nmetadata: {name: conf}\nspec: {binaryData: {a: " + strings.Repeat("A", 1<<19) + "=}}\n",
		"tags":            volume + "  driver: !!binary " + strings.Repeat("!", 1000) + "\n",
	}
}

func indented(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i+2) + "a:\n")
	}
	return b.String()
}

func manyPorts(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  - {host: 1-65535, container: 1-65535, hostIP: 10.0.%d.%d}\n", i/256, i%256)
	}
	return b.String()
}

// hostile returns options with large files and variables.
func hostile() spec.DecodeOptions {
	big := strings.Repeat("x", 1<<17)
	return spec.DecodeOptions{
		Lookup: func(name string) (string, bool) { return big, name == "BIG" },
		Read:   func(string) ([]byte, error) { return []byte(big), nil },
	}
}

func numbered(n int, prefix string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s%d: x\n", prefix, i)
	}
	return b.String()
}

// TestBombs checks that each file is rejected. The timeout of the test detects
// excessive work.
func TestBombs(t *testing.T) {
	for name, text := range bombs() {
		t.Run(name, func(t *testing.T) {
			if len(text) > spec.MaxBytes {
				t.Fatalf("%d bytes exceed the size limit", len(text))
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			defer func() {
				runtime.ReadMemStats(&after)
				if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 200 {
					t.Errorf("allocated %d MiB", used)
				}
			}()
			if objects, errs := spec.Decode("f.yaml", []byte(text), hostile()); len(errs) == 0 && name != "a megabyte" {
				t.Errorf("accepted as %v", objects)
			}
		})
	}
}

// TestLargeFile checks that ten megabytes are rejected without being read.
func TestLargeFile(t *testing.T) {
	text := []byte(header + strings.Repeat("# "+strings.Repeat("x", 98)+"\n", 100_000))
	if n := testing.AllocsPerRun(1, func() { _, _ = spec.Decode("f.yaml", text, spec.DecodeOptions{}) }); n > 20 {
		t.Errorf("%d bytes took %v allocations", len(text), n)
	}
	if _, errs := spec.Decode("f.yaml", text, spec.DecodeOptions{}); len(errs) != 1 {
		t.Errorf("got %v", errs)
	}
}

// TestManyErrors checks that the number of errors of a document is limited.
func TestManyErrors(t *testing.T) {
	text := header + "kind: Volume\nmetadata: {name: data}\nspec:\n"
	for name, more := range map[string]string{
		"of form": numbered(1000, "  drivr"), "of meaning": "  labels:\n" + numbered(1000, "    dev.reconciler."),
	} {
		t.Run(name, func(t *testing.T) {
			if _, errs := spec.Decode("f.yaml", []byte(text+more), spec.DecodeOptions{}); len(errs) != 100 {
				t.Errorf("got %d errors, want 100", len(errs))
			}
		})
	}
}

// FuzzDecode checks that any file is either decoded or rejected with errors, with
// the same result each time.
func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/wrong/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, text := range bombs() {
		f.Add([]byte(text))
	}
	if data, err := os.ReadFile("testdata/full.yaml"); err == nil {
		f.Add(data)
	}
	f.Add([]byte(header + "kind: Container\nmetadata: {name: app}\nspec: {image: nginx, env: {A: b}, dependencies: [db]}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		objects, errs := spec.Decode("f.yaml", data, hostile())
		if _, foreign := spec.Recognize("f.yaml", data); foreign && len(objects) > 0 {
			t.Fatal("a valid manifest was recognized as a file of another tool")
		}
		if len(objects) > 0 && len(errs) > 0 {
			t.Fatalf("both objects and errors: %v", errs)
		}
		for _, e := range errs {
			if e.Position.Line < 1 || e.Position.Column < 1 || e.Message == "" {
				t.Fatalf("error without a position or a message: %+v", e)
			}
		}
		set := map[spec.Key]spec.Object{}
		for _, o := range objects {
			spec.Validate(o, func(path, message, _ string) { t.Fatalf("decoded object is invalid: %s: %s", path, message) })
			if o.Hash() == "" {
				t.Fatal("no hash")
			}
			set[o.Key()] = o
		}
		for _, o := range spec.Resolve(set) {
			if o.Hash() == "" || o.Container != nil && len(o.Container.PublishedPorts()) > 4096 {
				t.Fatal("no hash, or too many ports")
			}
		}
		if len(spec.Imply(set)) < len(set) {
			t.Fatal("Imply lost an object")
		}
		again, errsAgain := spec.Decode("f.yaml", data, hostile())
		if diff := cmp.Diff(objects, again) + cmp.Diff(errs, errsAgain); diff != "" {
			t.Fatalf("different result of the second call:\n%s", diff)
		}
	})
}
