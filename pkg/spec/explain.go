// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Explain tells of a kind, or of a field of one, by a path such as
// "container.spec.ports" or "container.ports.host". With recursive it lists all
// fields below, without what they mean. The error tells what is known there.
func Explain(path string, recursive bool) (string, error) {
	steps := strings.FieldsFunc(strings.NewReplacer("[]", "", "{}", "").Replace(path), func(r rune) bool { return r == '.' })
	if len(steps) == 0 {
		return "", fmt.Errorf("name a kind or a field, such as container.spec.ports: there are %s", list(kindNames()))
	}
	i := slices.IndexFunc(Kinds(), func(k Kind) bool {
		return strings.EqualFold(steps[0], string(k)) || strings.EqualFold(steps[0], string(k)+"s")
	})
	if i < 0 {
		return "", fmt.Errorf("there is no kind %q: %s", steps[0], cmp.Or(DidYouMean(steps[0], kindNames()), "there are "+list(kindNames())))
	}
	kind := Kinds()[i]
	if len(steps) > 1 && steps[1] == "status" {
		return "", fmt.Errorf("status is the controller's, and no part of a manifest: `reconciler get %s NAME -o yaml` shows one, `kubectl explain` its fields",
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

// documentField is a whole manifest as a field.
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
		return fmt.Errorf("%s has no field %q: it has none", at, step)
	}
	return fmt.Errorf("%s has no field %q: %s", at, step, cmp.Or(DidYouMean(step, known), "it has "+list(known)))
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
		fmt.Fprintf(&b, "\nA CHANGE: %s\n", changeDocs[field.Change])
	}
	if len(field.Fields) > 0 {
		b.WriteString("\nFIELDS:\n")
		fieldList(&b, field.Fields, "  ", recursive)
	}
	return b.String()
}

// changeDocs say in a sentence what a change takes.
var changeDocs = map[Change]string{
	ChangeRecreate: "takes a new object at the engine",
	ChangeLive:     "is made while the container runs",
	ChangeContent:  "takes a new container when the content is another one",
	ChangeNone:     "takes nothing at the engine",
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

// wrapped is a text in lines of at most 80 columns.
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
