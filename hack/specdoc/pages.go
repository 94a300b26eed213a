// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// intro is what the reference says before its tables.
//
//go:embed intro.md
var intro string

// pages are the schemas and the reference.
func pages() (map[string][]byte, error) {
	files := map[string][]byte{
		"docs/schema/manifest.json": spec.JSONSchema(""),
		"docs/schema/openapi.json":  spec.OpenAPI(),
	}
	var b bytes.Buffer
	b.WriteString("<!-- Made by hack/specdoc from pkg/spec: go generate ./pkg/spec -->\n\n" + intro)
	for _, kind := range []spec.Kind{spec.KindContainer, spec.KindNetwork, spec.KindVolume, spec.KindConfig, spec.KindSecret} {
		files["docs/schema/"+strings.ToLower(string(kind))+".json"] = spec.JSONSchema(kind)
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| Field of `spec` | Type | A change | Means |\n|---|---|---|---|\n", kind, sentence(spec.KindDoc(kind)))
		rows(&b, spec.Fields(kind))
	}
	files["docs/manifest.md"] = b.Bytes()
	return files, nil
}

func rows(b *bytes.Buffer, fields []spec.Field) {
	for _, f := range fields {
		typ, doc := "`"+f.Type+"`", strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(f.Doc)
		if f.Required {
			typ += ", required"
		}
		if len(f.Values) > 0 {
			doc += " Values: `" + strings.Join(f.Values, "`, `") + "`."
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.Path, typ, f.Change, doc)
		rows(b, f.Fields)
	}
}

// sentence ends a text with a dot.
func sentence(text string) string { return strings.TrimSuffix(text, ".") + "." }
