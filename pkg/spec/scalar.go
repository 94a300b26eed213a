// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"encoding/json"
	"errors"
	"strings"
)

// errScalar means that a text does not have the notation of its type; the method
// form of the type describes the notation.
var errScalar = errors.New("invalid notation")

// scalar is implemented by pointers to types that a manifest writes as a single
// scalar, such as a quantity, a port or a mode. A struct may also be written as an
// object.
type scalar interface {
	// parse sets the value from its text in the manifest.
	parse(text string) error
	// form returns a description of the expected value and a hint with an example.
	form() (want, example string)
}

// unmarshalScalar decodes a JSON string or number.
func unmarshalScalar(data []byte, s scalar) error {
	text := string(data)
	if text == "null" {
		return nil
	}
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	if err := s.parse(text); err != nil {
		want, example := s.form()
		return errors.New("found " + text + ", want " + want + ": " + example)
	}
	return nil
}

// unmarshalScalarOr decodes a JSON string or number into s, or an object into
// object.
func unmarshalScalarOr(data []byte, s scalar, object any) error {
	if strings.HasPrefix(strings.TrimSpace(string(data)), "{") {
		return json.Unmarshal(data, object)
	}
	return unmarshalScalar(data, s)
}
