// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Lookup returns the value of an environment variable, and false if it is not set.
type Lookup func(name string) (string, bool)

// interpolate replaces the variables in the scalar values of a tree. It runs after
// parsing, so that a value cannot change the structure of the document.
func (c *checker) interpolate(n *yaml.Node, path string) {
	switch {
	case c.lookup == nil || c.bad[n]:
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			c.interpolate(item, fmt.Sprintf("%s[%d]", path, i))
		}
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if path != "" || n.Content[i].Value != "status" {
				c.interpolate(n.Content[i+1], joinPath(path, n.Content[i].Value))
			}
		}
	case n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "$"):
		c.interpolateScalar(n, path)
	}
}

func (c *checker) interpolateScalar(n *yaml.Node, path string) {
	value, used, failure := c.expand(n.Value)
	for _, name := range used {
		c.variables[name] = true
	}
	switch {
	case failure != nil:
		c.failAt(n, path, failure.Message, failure.Hint)
	case strings.ContainsRune(value, 0):
		c.failAt(n, path, "the value of a variable contains a NUL character", "remove it")
	case len(used) > 0:
		c.expanded[n] = "the value of " + n.Value
		n.Value = value
		if n.Tag, n.Style = "", 0; isNull(n) { // the value may now be a number, but never null
			n.Tag = "!!str"
		}
	default:
		n.Value = value
	}
}

// referenceStart matches the part of a reference that messages may repeat, because
// it contains no default value.
var referenceStart = regexp.MustCompile(`^\$\{\w*`)

// referenceHint is the hint for an invalid variable reference.
const referenceHint = "write ${NAME}, ${NAME:-default} or ${NAME:?message}, or $${ for a literal ${"

// expand returns text with its variables replaced, and the names of the variables.
func (c *checker) expand(text string) (value string, used []string, failure *Error) {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '$')
		if i < 0 || i+1 == len(text) {
			b.WriteString(text)
			return b.String(), used, nil
		}
		b.WriteString(text[:i])
		text = text[i:]
		switch text[1] {
		case '$':
			b.WriteByte('$')
			text = text[2:]
		case '{':
			end := strings.IndexByte(text, '}')
			if end < 0 {
				return "", used, &Error{Message: "variable reference is not closed: missing }", Hint: referenceHint}
			}
			name, operator, word := splitReference(text[2:end])
			if !variableName.MatchString(name) || strings.Contains(word, "${") {
				return "", used, &Error{Message: fmt.Sprintf("invalid variable reference starting at %q", referenceStart.FindString(text)), Hint: referenceHint}
			}
			used = append(used, name)
			replaced, failure := c.variable(name, operator, word)
			if failure != nil {
				return "", used, failure
			}
			if c.replaced += len(replaced); c.replaced > MaxBytes {
				return "", used, &Error{
					Message: fmt.Sprintf("the values of all variables exceed the limit of %d bytes", MaxBytes), Hint: "move large values to the files of a Config",
				}
			}
			b.WriteString(replaced)
			text = text[end+1:]
		default:
			b.WriteByte('$')
			text = text[1:]
		}
	}
}

// splitReference splits the text between the braces. All results are empty if the
// operator is unknown.
func splitReference(text string) (name, operator, word string) {
	i := strings.Index(text, ":")
	if i < 0 {
		return text, "", ""
	}
	if i+1 == len(text) || text[i+1] != '-' && text[i+1] != '?' {
		return "", "", ""
	}
	return text[:i], text[i : i+2], text[i+2:]
}

// variable returns the value of a variable, or an error if it is not set and has no
// default.
func (c *checker) variable(name, operator, word string) (string, *Error) {
	value, set := c.lookup(name)
	switch {
	case set && (value != "" || operator == ""):
		return value, nil
	case operator == ":-":
		return word, nil
	case operator == ":?" && word != "":
		return "", &Error{Message: fmt.Sprintf("variable %s is not set: %s", name, word), Hint: "set it in the environment or in .env"}
	}
	return "", &Error{
		Message: fmt.Sprintf("variable %s is not set", name),
		Hint:    fmt.Sprintf("set it in the environment or in .env, or write ${%s:-default}", name),
	}
}
