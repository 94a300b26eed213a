// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/spelling"
)

// Explain returns the documentation of a kind or field by its path, such as
// "container.spec.ports" or "container.ports.host". With recursive it lists all
// fields below the path without their descriptions. The error for an unknown
// path suggests known names.
func Explain(path string, recursive bool) (string, error) {
	steps := strings.FieldsFunc(strings.NewReplacer("[]", "", "{}", "").Replace(path), func(r rune) bool { return r == '.' })
	if len(steps) == 0 {
		return "", fmt.Errorf("missing kind or field, such as container.spec.ports: the kinds are %s", joinOr(kindNames()))
	}
	i := slices.IndexFunc(Kinds(), func(k Kind) bool {
		return strings.EqualFold(steps[0], string(k)) || strings.EqualFold(steps[0], string(k)+"s")
	})
	if i < 0 {
		return "", fmt.Errorf("unknown kind %q: %s", steps[0], cmp.Or(spelling.Suggest(steps[0], kindNames()), "want "+joinOr(kindNames())))
	}
	kind := Kinds()[i]
	if len(steps) > 1 && steps[1] == "status" {
		return "", fmt.Errorf("status is written by the controller and is not part of a manifest: `reconciler get %s NAME -o yaml` shows its values, `kubectl explain` its fields",
			strings.ToLower(string(kind)))
	}
	root := documentField(kind)
	if len(steps) > 1 && steps[1] != "metadata" && steps[1] != "spec" && !hasField(root.Fields, steps[1]) {
		steps = slices.Insert(steps, 1, "spec")
	}
	field := root
	for n, step := range steps[1:] {
		next := slices.IndexFunc(field.Fields, func(f Field) bool { return f.Name == step })
		if next < 0 {
			return "", unknownStep(field, strings.Join(steps[:n+1], "."), step)
		}
		field = field.Fields[next]
	}
	return explanation(kind, field, strings.Join(steps[1:], "."), recursive), nil
}

func hasField(fields []Field, name string) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name })
}

// documentField returns a whole manifest of the kind as a field.
func documentField(kind Kind) Field {
	text := func(name, doc string) Field { return Field{Name: name, Type: "string", Doc: doc, Required: true} }
	metadata := Field{Name: "metadata", Type: "Metadata", Doc: typeDocs["Metadata"]}
	for f := range reflect.TypeFor[Metadata]().Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		metadata.Fields = append(metadata.Fields, Field{
			Name: name, Type: typeName(f.Type), Doc: fieldDoc(reflect.TypeFor[Metadata](), f), Required: options == "",
		})
	}
	return Field{Type: string(kind), Doc: KindDoc(kind), Fields: []Field{
		text("apiVersion", "apiVersion is "+APIVersion+"."), text("kind", "kind is "+string(kind)+"."), metadata,
		{Name: "spec", Type: string(kind), Doc: KindDoc(kind), Fields: Fields(kind)},
	}}
}

func unknownStep(field Field, at, step string) error {
	var known []string
	for _, f := range field.Fields {
		known = append(known, f.Name)
	}
	if len(known) == 0 {
		return fmt.Errorf("unknown field %q: %s has no fields", step, at)
	}
	return fmt.Errorf("unknown field %q in %s: %s", step, at, cmp.Or(spelling.Suggest(step, known), "want "+joinOr(known)))
}

func explanation(kind Kind, field Field, path string, recursive bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "KIND:     %s\nVERSION:  %s\n", kind, APIVersion)
	if path != "" {
		fmt.Fprintf(&b, "\nFIELD:    %s <%s>%s\n", path, field.Type, requiredMark(field))
	}
	fmt.Fprintf(&b, "\nDESCRIPTION:\n%s", wrapped(field.Doc, "    "))
	if len(field.Values) > 0 {
		fmt.Fprintf(&b, "\nVALUES:   %s\n", strings.Join(field.Values, ", "))
	}
	if field.Change != "" {
		fmt.Fprintf(&b, "\nON CHANGE: %s\n", changeDocs[field.Change])
	}
	if len(field.Fields) > 0 {
		b.WriteString("\nFIELDS:\n")
		fieldList(&b, field.Fields, "  ", recursive)
	}
	return b.String()
}

// changeDocs describes the effect of a change of each class.
var changeDocs = map[Change]string{
	ChangeRecreate: "recreates the object at the engine",
	ChangeLive:     "is applied while the container runs",
	ChangeContent:  "recreates the container if the resolved content differs",
	ChangeNone:     "does not change the object at the engine",
}

func fieldList(b *strings.Builder, fields []Field, indent string, recursive bool) {
	for _, f := range fields {
		fmt.Fprintf(b, "%s%s <%s>%s\n", indent, f.Name, f.Type, requiredMark(f))
		if recursive {
			fieldList(b, f.Fields, indent+"  ", true)
			continue
		}
		b.WriteString(wrapped(f.Doc, indent+"  ") + "\n")
	}
}

func requiredMark(f Field) string {
	if f.Required {
		return " -required-"
	}
	return ""
}

// wrapped returns text broken into indented lines of at most 80 columns.
func wrapped(text, indent string) string {
	var b strings.Builder
	line := indent
	for word := range strings.FieldsSeq(text) {
		if len(line) > len(indent) && len(line)+1+len(word) > 80 {
			b.WriteString(line + "\n")
			line = indent
		}
		if len(line) > len(indent) {
			line += " "
		}
		line += word
	}
	return b.String() + line + "\n"
}
