// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"regexp"
	"strings"
)

// EnvFileError is a line of an environment file that cannot be read. It does not
// repeat the line, which may hold a secret.
type EnvFileError struct {
	// Line counts from 1.
	Line int
	// Message says what is wrong with it.
	Message string
}

// Error is "line 3: message".
func (e *EnvFileError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// ParseEnvFile reads lines of NAME=value. Empty lines and those that begin with
// "#" are skipped, and so is a leading "export". A value may be in quotes, and
// then has to end on its line: in single ones nothing is special, in double ones
// \n, \r, \t, \", \\ and \$ are. Without quotes it ends before " #".
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
			return nil, &EnvFileError{number, "want NAME=value, with a name of letters, digits and _"}
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

// envFileValue is the value as it is meant, or what is wrong with it.
func envFileValue(text string) (value, wrong string) {
	if strings.ContainsRune(text, 0) {
		return "", "it has a NUL character"
	}
	if text == "" || text[0] != '"' && text[0] != '\'' {
		if i := strings.Index(text, " #"); i >= 0 {
			text = strings.TrimSpace(text[:i])
		}
		return text, ""
	}
	end := closing(text)
	if end < 0 {
		return "", "the quotes are not closed on the line"
	}
	if rest := strings.TrimSpace(text[end+1:]); rest != "" && rest[0] != '#' {
		return "", "there is more behind the closing quote"
	}
	if text[0] == '\'' {
		return text[1:end], ""
	}
	return unescape.Replace(text[1:end]), ""
}

// closing is the index of the quote that closes the first one, or -1.
func closing(text string) int {
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
