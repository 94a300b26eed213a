// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Lookup is the value of a variable of the environment; false when it is not
// set.
type Lookup func(name string) (string, bool)

// interpolate replaces the variables in the scalar values of a tree. It works on
// what was parsed, so that a value cannot change the structure.
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
				c.interpolate(n.Content[i+1], join(path, n.Content[i].Value))
			}
		}
	case n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "$"):
		c.interpolateScalar(n, path)
	}
}

func (c *checker) interpolateScalar(n *yaml.Node, path string) {
	value, used, fault := c.expand(n.Value)
	for _, name := range used {
		c.variables[name] = true
	}
	switch {
	case fault != nil:
		c.failAt(n, path, fault.Message, fault.Hint)
	case strings.ContainsRune(value, 0):
		c.failAt(n, path, "a variable has a NUL character", "remove it: no program can be given one")
	case len(used) > 0:
		c.expanded[n] = "the value of " + n.Value
		n.Value = value
		if n.Tag, n.Style = "", 0; isNull(n) { // it may be a number now, but never nothing
			n.Tag = "!!str"
		}
	default:
		n.Value = value
	}
}

// beginning is as much of a reference as holds no secret.
var beginning = regexp.MustCompile(`^\$\{\w*`)

// wayOut of what looks like a variable and is none.
const wayOut = "write ${NAME}, ${NAME:-default} or ${NAME:?message}, and $${ for the text ${"

// expand is a text with its variables replaced, and their names.
func (c *checker) expand(text string) (value string, used []string, fault *Error) {
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
				return "", used, &Error{Message: "a ${ is not closed", Hint: wayOut}
			}
			name, operator, word := takeApart(text[2:end])
			if !variableName.MatchString(name) || strings.Contains(word, "${") {
				return "", used, &Error{Message: fmt.Sprintf("%q is followed by what is no reference", beginning.FindString(text)), Hint: wayOut}
			}
			used = append(used, name)
			replaced, fault := c.variable(name, operator, word)
			if fault != nil {
				return "", used, fault
			}
			if c.replaced += len(replaced); c.replaced > MaxBytes {
				return "", used, &Error{
					Message: fmt.Sprintf("the values of variables have more than %d bytes", MaxBytes), Hint: "put them in files: use a Config",
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

// takeApart splits what is between the braces.
func takeApart(text string) (name, operator, word string) {
	i := strings.Index(text, ":")
	if i < 0 {
		return text, "", ""
	}
	if i+1 == len(text) || text[i+1] != '-' && text[i+1] != '?' {
		return "", "", ""
	}
	return text[:i], text[i : i+2], text[i+2:]
}

// variable is the value of a variable, or what is wrong with there being none.
func (c *checker) variable(name, operator, word string) (string, *Error) {
	value, set := c.lookup(name)
	switch {
	case set && (value != "" || operator == ""):
		return value, nil
	case operator == ":-":
		return word, nil
	case operator == ":?" && word != "":
		return "", &Error{Message: fmt.Sprintf("the variable %s is not set: %s", name, word), Hint: "set it in the environment or in .env"}
	}
	return "", &Error{
		Message: fmt.Sprintf("the variable %s is not set", name),
		Hint:    fmt.Sprintf("set it in the environment or in .env, or write ${%s:-default}", name),
	}
}
