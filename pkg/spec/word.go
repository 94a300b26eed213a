// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"encoding/json"
	"errors"
	"strings"
)

// errWord says that a word is none of its type; what is wanted instead is told
// by the type's form.
var errWord = errors.New("not of the form wanted")

// word is implemented by pointers to types that a manifest writes as one word:
// a quantity, a port, a mode. A struct may also be written as an object.
type word interface {
	// parse reads the word as it was written.
	parse(text string) error
	// form says what is wanted, and how to write it.
	form() (want, example string)
}

// readWord reads a JSON string or number.
func readWord(data []byte, w word) error {
	text := string(data)
	if text == "null" {
		return nil
	}
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	if err := w.parse(text); err != nil {
		want, example := w.form()
		return errors.New("found " + text + ", want " + want + ": " + example)
	}
	return nil
}

// readWordOr reads a word, or an object into object.
func readWordOr(data []byte, w word, object any) error {
	if strings.HasPrefix(strings.TrimSpace(string(data)), "{") {
		return json.Unmarshal(data, object)
	}
	return readWord(data, w)
}
