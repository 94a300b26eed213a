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

// MaxBytes is the maximum size of a manifest file.
const MaxBytes = 1 << 20

// DecodeOptions configures Decode.
type DecodeOptions struct {
	Defaults
	// Dir is the absolute directory of the manifest, against which the sources of
	// bind mounts are resolved; if it is empty they are left unchanged.
	Dir string
	// Lookup returns the variables that values refer to as ${NAME}; nil disables
	// interpolation.
	Lookup Lookup
	// Read returns the content of a file by the path in the manifest; if it is nil
	// no files are read and their content is empty.
	Read func(path string) ([]byte, error)
	// Policy denies fields of valid objects; nil denies nothing.
	Policy Policy
}

// Policy checks a defaulted object and calls deny for each field that it does
// not allow.
type Policy func(o Object, deny Deny)

// Deny reports a field that is not allowed: its path, the reason, and a hint how
// to correct it.
type Deny func(path, message, hint string)

// Decode decodes the YAML or JSON documents of a manifest file. Decoding is strict
// and case-sensitive. The returned objects are defaulted and valid, and their
// Generation is 0. If there is any error, Decode returns no objects and all
// errors with their positions in file; it stops after a document once there are
// a hundred errors.
func Decode(file string, data []byte, opts DecodeOptions) ([]Object, Errors) {
	opts.Namespace = cmp.Or(opts.Namespace, DefaultNamespace)
	if err := checkFile(file, data); err != nil {
		return nil, Errors{*err}
	}
	data = jsonToYAML(data)
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
	errs = append(errs, findDuplicates(objects)...)
	if len(errs) > 0 {
		return nil, errs.sorted()
	}
	return objects, nil
}

// checkFile returns an error if the file must not be parsed, or nil.
func checkFile(file string, data []byte) *Error {
	at := func(offset int, message, hint string) *Error {
		line := 1 + bytes.Count(data[:offset], []byte("\n"))
		column := offset - bytes.LastIndexByte(data[:offset], '\n')
		return &Error{Position: Position{File: file, Line: line, Column: column}, Message: message, Hint: hint}
	}
	if len(data) > MaxBytes {
		return at(0, fmt.Sprintf("the file has %d bytes, the limit is %d", len(data), MaxBytes), "split it into several files")
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return at(i, "the file contains a NUL byte", "save it as UTF-8 text")
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return at(i, "the file is not valid UTF-8", "save it as UTF-8 text")
		}
		i += size
	}
	if i := tooDeep(data); i >= 0 {
		return at(i, fmt.Sprintf("more than %d brackets are open", maxOpen), "check for unbalanced brackets")
	}
	return nil
}

// maxOpen is the maximum number of open flow brackets.
const maxOpen = 20 * maxDepth

// tooDeep returns the offset at which more than maxOpen flow brackets are open, or
// -1. It protects the parser from excessive nesting.
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

// syntaxError converts an error of the parser, which has a line only, and adds the
// column and a hint.
func syntaxError(file string, data []byte, err error) Error {
	pos := Position{File: file, Line: 1, Column: 1}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlAnchor.FindStringSubmatch(message); m != nil {
		at := max(bytes.Index(data, []byte("*"+m[1])), 0)
		pos.Line = 1 + bytes.Count(data[:at], []byte("\n"))
		pos.Column = at - bytes.LastIndexByte(data[:at], '\n')
		return Error{Position: pos, Message: "aliases are not supported", Hint: writeInFull}
	}
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		pos.Line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	hint := "check indentation and quotes near this line"
	if lines := bytes.Split(data, []byte("\n")); pos.Line <= len(lines) && pos.Line > 0 {
		line := lines[pos.Line-1]
		indent := len(line) - len(bytes.TrimLeft(line, " \t"))
		if bytes.ContainsRune(line[:indent], '\t') {
			hint = "indent with spaces: YAML does not allow tabs"
		}
		pos.Column = 1 + indent
	}
	return Error{Position: pos, Message: "invalid YAML: " + message, Hint: hint}
}

// decodeDocument decodes one document. It returns the zero object for an empty
// document and for one with errors.
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
	c.checkDocument(target)
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

// document is the structure of a manifest whose spec has the type S.
type document[S any] struct {
	APIVersion string   `json:"apiVersion"`
	Kind       Kind     `json:"kind"`
	Metadata   Metadata `json:"metadata"`
	Spec       *S       `json:"spec"`
	// Status is written by the controller and ignored here.
	Status any `json:"status,omitempty"`
}

func (d *document[S]) metadata() Metadata { return d.Metadata }

// target is a document to decode into.
type target interface{ metadata() Metadata }

// allocate sets the spec field of the object's kind to a new value and returns a
// document that contains it.
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

// decode decodes the checked tree into target.
func (c *checker) decode(target any) error {
	data, err := c.toJSON()
	if err != nil {
		return err
	}
	return kjson.UnmarshalCaseSensitivePreserveInts(data, target)
}

// findDuplicates returns an error for each object that the file declares again.
func findDuplicates(objects []Object) Errors {
	first := map[Key]Position{}
	var errs Errors
	for _, o := range objects {
		if at, found := first[o.Key()]; found {
			errs = append(errs, Error{
				Position: o.Source,
				Message:  fmt.Sprintf("%s is already declared at %s", o.Key(), at), Hint: "remove or rename one of them",
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
