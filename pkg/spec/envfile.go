// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"regexp"
	"strings"
)

// EnvFileError describes an invalid line of an environment file. It does not
// contain the line, which may hold a secret.
type EnvFileError struct {
	// Line is the line number, from 1.
	Line int
	// Message describes the error.
	Message string
}

// Error returns the error in the form "line 3: message".
func (e *EnvFileError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// ParseEnvFile parses lines of NAME=value and returns the values by name. It skips
// empty lines, lines that begin with "#", and a leading "export". A value may be
// quoted, and must then end on its line: single quotes keep the text unchanged,
// double quotes replace the escapes \n, \r, \t, \", \\ and \$. An unquoted value
// ends before " #". The error for an invalid line is an *EnvFileError.
func ParseEnvFile(text string) (map[string]string, error) {
	env := map[string]string{}
	number := 0
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, found := strings.Cut(line, "=")
		name = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), "export "))
		if !found || !variableName.MatchString(name) {
			return nil, &EnvFileError{number, "want NAME=value, where the name consists of letters, digits and _"}
		}
		value, message := envFileValue(strings.TrimSpace(value))
		if message != "" {
			return nil, &EnvFileError{number, message}
		}
		env[name] = value
	}
	return env, nil
}

var unescape = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\"`, `"`, `\\`, `\`, `\$`, "$")

// envFileValue returns the unquoted value, or an error message.
func envFileValue(text string) (value, message string) {
	if strings.ContainsRune(text, 0) {
		return "", "the value contains a NUL character"
	}
	if text == "" || text[0] != '"' && text[0] != '\'' {
		if i := strings.Index(text, " #"); i >= 0 {
			text = strings.TrimSpace(text[:i])
		}
		return text, ""
	}
	end := closingQuote(text)
	if end < 0 {
		return "", "missing closing quote on the line"
	}
	if rest := strings.TrimSpace(text[end+1:]); rest != "" && rest[0] != '#' {
		return "", "unexpected text after the closing quote"
	}
	if text[0] == '\'' {
		return text[1:end], ""
	}
	return unescape.Replace(text[1:end]), ""
}

// closingQuote returns the index of the quote that matches the first character, or
// -1.
func closingQuote(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[0] == '"':
			i++
		case text[i] == text[0]:
			return i
		}
	}
	return -1
}
