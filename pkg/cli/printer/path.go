// SPDX-License-Identifier: Apache-2.0

package printer

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"

	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/util/jsonpath"
)

// relaxed matches the forms of a path that kubectl accepts: {.a.b}, .a.b and a.b.
var relaxed = regexp.MustCompile(`^\{\.?([^{}]+)\}$|^\.?([^{}]+)$`)

// ParsePath parses a path into an object. The braces and the first dot are optional,
// as in kubectl.
func ParsePath(text string) (*jsonpath.JSONPath, error) {
	parts := relaxed.FindStringSubmatch(text)
	if parts == nil {
		return nil, fmt.Errorf("unexpected path %q: must be a field, for example .metadata.name or {.metadata.name}", text)
	}
	return parseTemplate("{." + parts[1] + parts[2] + "}")
}

// parseTemplate parses a JSONPath template. Missing fields are empty.
func parseTemplate(text string) (*jsonpath.JSONPath, error) {
	path := jsonpath.New("output").AllowMissingKeys(true)
	if err := path.Parse(text); err != nil {
		return nil, fmt.Errorf("error parsing jsonpath %s: %w", text, err)
	}
	return path, nil
}

// Generic returns v decoded from its JSON: maps, lists, strings, booleans, and
// numbers as int64 or float64.
func Generic(v any) (any, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode as JSON: %w", err)
	}
	var out any
	if err := utiljson.Unmarshal(data, &out); err != nil {
		return nil, fmt.Errorf("decode JSON: %w", err)
	}
	return out, nil
}

// ValuesAt returns the values at a path of a generic object; none if it is missing.
func ValuesAt(path *jsonpath.JSONPath, object any) ([]any, error) {
	results, err := path.FindResults(object)
	if err != nil {
		return nil, err
	}
	var out []any
	for _, result := range results {
		for _, value := range result {
			if value.IsValid() && value.CanInterface() && value.Interface() != nil {
				out = append(out, value.Interface())
			}
		}
	}
	return out, nil
}

// customColumn is one column of -o custom-columns.
type customColumn struct {
	header string
	path   *jsonpath.JSONPath
}

// parseColumns parses NAME:PATH,NAME:PATH.
func parseColumns(text string) ([]customColumn, error) {
	var columns []customColumn
	for part := range strings.SplitSeq(text, ",") {
		header, path, found := strings.Cut(part, ":")
		if !found {
			return nil, fmt.Errorf("unexpected custom-columns spec: %s, expected <header>:<json-path-expr>", part)
		}
		parsed, err := ParsePath(path)
		if err != nil {
			return nil, err
		}
		columns = append(columns, customColumn{header, parsed})
	}
	return columns, nil
}

// parseColumnsFile reads a file with a line of headers and a line of paths.
func parseColumnsFile(file string) ([]customColumn, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(lines) != 2 {
		return nil, fmt.Errorf("%s: must have two lines: headers, and paths below them", file)
	}
	headers, paths := strings.Fields(lines[0]), strings.Fields(lines[1])
	if len(headers) != len(paths) {
		return nil, fmt.Errorf("%s: number of headers (%d) and field specifications (%d) don't match", file, len(headers), len(paths))
	}
	var columns []customColumn
	for i, path := range paths {
		parsed, err := ParsePath(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		columns = append(columns, customColumn{headers[i], parsed})
	}
	return columns, nil
}

// cells returns the columns of one object; <none> for missing values.
func cells(columns []customColumn, object any) ([]string, error) {
	var out []string
	for _, c := range columns {
		values, err := ValuesAt(c.path, object)
		if err != nil {
			return nil, err
		}
		var words []string
		for _, v := range values {
			words = append(words, fmt.Sprint(v))
		}
		cell := "<none>"
		if len(words) > 0 {
			cell = oneLine(strings.Join(words, ","))
		}
		out = append(out, cell)
	}
	return out, nil
}
