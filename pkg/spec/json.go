// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"encoding/json"
	"regexp"
	"strconv"
	"unicode/utf16"
)

// jsonEscape matches the two JSON escapes that the YAML parser does not support:
// the slash and surrogate pairs. It also matches an escaped backslash, so that
// the character after it is not taken for an escape.
var jsonEscape = regexp.MustCompile(`\\(?:\\|/|u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2}))`)

// jsonToYAML converts a JSON file into YAML with the same lines. It returns other
// files unchanged.
func jsonToYAML(data []byte) []byte {
	if !json.Valid(data) {
		return data
	}
	return jsonEscape.ReplaceAllFunc(data, func(escape []byte) []byte {
		switch escape[1] {
		case '/':
			return []byte("/")
		case 'u':
			high, _ := strconv.ParseUint(string(escape[2:6]), 16, 32)
			low, _ := strconv.ParseUint(string(escape[8:12]), 16, 32)
			return []byte(string(utf16.DecodeRune(rune(high), rune(low))))
		}
		return escape
	})
}
