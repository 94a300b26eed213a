// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	kjson "sigs.k8s.io/json"
)

// MaxBytes is the largest manifest file that is read.
const MaxBytes = 1 << 20

// DecodeOptions say how a manifest is read.
type DecodeOptions struct {
	Defaults
	// Dir is the absolute folder of the manifest, against which the sources of
	// bind mounts are resolved; empty leaves them as they are.
	Dir string
	// Lookup finds the variables that values refer to as ${NAME}; nil leaves
	// such values as they are.
	Lookup Lookup
	// Read is the content of a file beside the manifest, by the path that the
	// manifest gives; nil reads none, and what is in them is missing then.
	Read func(path string) ([]byte, error)
	// Policy denies what is valid and not wanted here; nil denies nothing.
	Policy Policy
}

// Policy judges a defaulted object, and hands each field that it does not allow
// to deny.
type Policy func(o Object, deny Deny)

// Deny takes what is not allowed: the field's path, what about it, and the way out.
type Deny func(path, message, hint string)

// Decode reads the documents of a manifest file, YAML or JSON: strictly, and
// case-sensitively. Objects come back defaulted and valid, without Generation.
// When anything is at fault no objects come back, and every fault does, with its place in
// file; after the first hundred no further document is read.
func Decode(file string, data []byte, opts DecodeOptions) ([]Object, Errors) {
	opts.Namespace = cmp.Or(opts.Namespace, DefaultNamespace)
	if err := acceptable(file, data); err != nil {
		return nil, Errors{*err}
	}
	data = yamlOfJSON(data)
	var objects []Object
	var errs Errors
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		err := decoder.Decode(&doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			errs = append(errs, syntaxError(file, data, err))
			break
		}
		obj, docErrs := decodeDocument(file, &doc, opts)
		if errs = append(errs, docErrs...); len(errs) >= maxErrors {
			break
		}
		if !obj.IsZero() {
			objects = append(objects, obj)
		}
	}
	errs = append(errs, repeated(objects)...)
	if len(errs) > 0 {
		return nil, errs.sorted()
	}
	return objects, nil
}

// acceptable refuses what is not to be parsed at all.
func acceptable(file string, data []byte) *Error {
	at := func(offset int, message, hint string) *Error {
		line := 1 + bytes.Count(data[:offset], []byte("\n"))
		column := offset - bytes.LastIndexByte(data[:offset], '\n')
		return &Error{Position: Position{File: file, Line: line, Column: column}, Message: message, Hint: hint}
	}
	if len(data) > MaxBytes {
		return at(0, fmt.Sprintf("the file has %d bytes, the limit is %d", len(data), MaxBytes), "split it")
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return at(i, "the file has a NUL byte: it is no text", "save it as UTF-8")
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return at(i, "the file is not valid UTF-8", "save it as UTF-8")
		}
		i += size
	}
	if i := tooDeep(data); i >= 0 {
		return at(i, fmt.Sprintf("more than %d brackets are open", maxOpen), "no manifest needs that many: check the brackets")
	}
	return nil
}

// maxOpen is how many flow brackets may be open.
const maxOpen = 20 * maxDepth

// tooDeep is the offset at which more flow brackets are open than any manifest
// needs, or -1: the parser is not let near such a bomb.
func tooDeep(data []byte) int {
	open := 0
	for i, c := range data {
		switch c {
		case '[', '{':
			open++
		case ']', '}':
			open = max(open-1, 0)
		}
		if open > maxOpen {
			return i
		}
	}
	return -1
}

var (
	yamlLine   = regexp.MustCompile(`line (\d+): (.*)`)
	yamlAnchor = regexp.MustCompile(`unknown anchor '(.*)' referenced`)
)

// syntaxError gives the parser's error its place; the parser tells only lines.
func syntaxError(file string, data []byte, err error) Error {
	pos := Position{File: file, Line: 1, Column: 1}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlAnchor.FindStringSubmatch(message); m != nil {
		at := max(bytes.Index(data, []byte("*"+m[1])), 0)
		pos.Line = 1 + bytes.Count(data[:at], []byte("\n"))
		pos.Column = at - bytes.LastIndexByte(data[:at], '\n')
		return Error{Position: pos, Message: "found an alias", Hint: writeOut}
	}
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		pos.Line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	hint := "check the indentation and quotes near this line"
	if lines := bytes.Split(data, []byte("\n")); pos.Line <= len(lines) && pos.Line > 0 {
		line := lines[pos.Line-1]
		indent := len(line) - len(bytes.TrimLeft(line, " \t"))
		if bytes.ContainsRune(line[:indent], '\t') {
			hint = "indent with spaces: YAML takes no tabs"
		}
		pos.Column = 1 + indent
	}
	return Error{Position: pos, Message: "not valid YAML: " + message, Hint: hint}
}

// decodeDocument turns one document into an object; the zero object for an
// empty document or one at fault.
func decodeDocument(file string, doc *yaml.Node, opts DecodeOptions) (Object, Errors) {
	if len(doc.Content) == 0 || isNull(doc.Content[0]) {
		return Object{}, nil
	}
	c := newChecker(file, doc.Content[0], opts.Lookup)
	if c.structure(c.root, "", 0); c.bad[c.root] {
		return Object{}, c.errs
	}
	c.interpolate(c.root, "")
	kind := c.envelope()
	if kind == "" {
		return Object{}, c.errs
	}
	obj := Object{Kind: kind, Source: c.position("")}
	target := obj.allocate()
	c.check(target)
	if err := c.decode(target); err != nil {
		c.fail("", err.Error(), "")
		return Object{}, c.errs
	}
	obj.Metadata = target.metadata()
	if len(c.variables) > 0 {
		obj.Variables = slices.Sorted(maps.Keys(c.variables))
	}
	Default(&obj, opts)
	Validate(obj, c.fail)
	if opts.Policy != nil {
		opts.Policy(obj, c.deny)
	}
	obj.load(opts.Read, c.fail)
	if len(c.errs) > 0 {
		return Object{}, c.errs
	}
	return obj, nil
}

// document is the shape of a manifest whose spec is an S.
type document[S any] struct {
	APIVersion string   `json:"apiVersion"`
	Kind       Kind     `json:"kind"`
	Metadata   Metadata `json:"metadata"`
	Spec       *S       `json:"spec"`
	// Status is written by the controller and never read.
	Status any `json:"status,omitempty"`
}

func (d *document[S]) metadata() Metadata { return d.Metadata }

// target is a document to decode into.
type target interface{ metadata() Metadata }

// allocate sets the spec of the object's kind and returns the document that
// holds it.
func (o *Object) allocate() target {
	switch o.Kind {
	case KindContainer:
		o.Container = &Container{}
		return &document[Container]{Spec: o.Container}
	case KindNetwork:
		o.Network = &Network{}
		return &document[Network]{Spec: o.Network}
	case KindConfig:
		o.Config = &Config{}
		return &document[Config]{Spec: o.Config}
	case KindSecret:
		o.Secret = &Secret{}
		return &document[Secret]{Spec: o.Secret}
	default:
		o.Volume = &Volume{}
		return &document[Volume]{Spec: o.Volume}
	}
}

// decode fills the target from the checked tree.
func (c *checker) decode(target any) error {
	data, err := c.toJSON()
	if err != nil {
		return err
	}
	return kjson.UnmarshalCaseSensitivePreserveInts(data, target)
}

// repeated finds objects that the file declares twice.
func repeated(objects []Object) Errors {
	first := map[Key]Position{}
	var errs Errors
	for _, o := range objects {
		if at, found := first[o.Key()]; found {
			errs = append(errs, Error{
				Position: o.Source,
				Message:  fmt.Sprintf("%s is declared at %s already", o.Key(), at), Hint: "remove or rename one of them",
			})
			continue
		}
		first[o.Key()] = o.Source
	}
	return errs
}

func (e Errors) sorted() Errors {
	slices.SortStableFunc(e, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.Position.File, b.Position.File),
			cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Position.Column, b.Position.Column))
	})
	return e
}
