// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"encoding/json"
	"regexp"
	"strconv"
	"unicode/utf16"
)

// jsonEscape matches an escaped backslash, so as to step over it, and the two
// escapes that JSON writers use and the YAML parser does not know: that of the
// slash, and surrogate pairs.
var jsonEscape = regexp.MustCompile(`\\(?:\\|/|u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2}))`)

// yamlOfJSON is a JSON file as the YAML parser can read it; what is no JSON is
// returned as it is. Lines stay where they are.
func yamlOfJSON(data []byte) []byte {
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
