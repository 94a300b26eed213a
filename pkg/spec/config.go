// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// Config holds texts and files that containers use as environment variables or as
// files. Each key may occur in only one of data, binaryData and files.
type Config struct {
	// Data holds texts by key.
	Data map[string]string `json:"data,omitempty" change:"content"`
	// BinaryData holds binary values by key, encoded in base64.
	BinaryData map[string][]byte `json:"binaryData,omitempty" change:"content"`
	// Files maps keys to paths of files whose content becomes the value. Paths are
	// relative to the directory of the manifest and must stay within the watched
	// directory.
	Files map[string]string `json:"files,omitempty" change:"content"`
}

// Secret is a Config for confidential data: its values are passed to the
// containers that use it and are redacted everywhere else. Each key may occur in
// only one of data, binaryData and files.
type Secret struct {
	// Data holds confidential texts by key.
	Data map[string]Sensitive `json:"data,omitempty" change:"content"`
	// BinaryData holds confidential binary values by key, encoded in base64.
	BinaryData map[string]SensitiveBytes `json:"binaryData,omitempty" change:"content"`
	// Files maps keys to paths of files whose content becomes the value. Paths are
	// relative to the directory of the manifest and must stay within the watched
	// directory.
	Files map[string]string `json:"files,omitempty" change:"content"`
}

// Redacted is printed in place of confidential values.
const Redacted = "<redacted>"

// Sensitive is a confidential text. Formatting, logging and encoding it yield
// Redacted. The zero value is the empty text. Compare values with Equal.
type Sensitive struct{ text *string }

// NewSensitive returns a Sensitive with the text.
func NewSensitive(text string) Sensitive { return Sensitive{&text} }

// Reveal returns the text.
func (s Sensitive) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Equal reports whether both have the same text.
func (s Sensitive) Equal(other Sensitive) bool { return s.Reveal() == other.Reveal() }

// Format prints Redacted for every verb.
func (Sensitive) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(Redacted)) }

// String returns Redacted.
func (Sensitive) String() string { return Redacted }

// MarshalText returns Redacted.
func (Sensitive) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// MarshalJSON returns Redacted as a JSON string.
func (Sensitive) MarshalJSON() ([]byte, error) { return []byte(`"` + Redacted + `"`), nil }

// errSensitive does not repeat the value that was found.
var errSensitive = errors.New("want a string")

// UnmarshalJSON decodes a string.
func (s *Sensitive) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return errSensitive
	}
	*s = NewSensitive(text)
	return nil
}

// SensitiveBytes is a confidential binary value, encoded in base64 in manifests.
type SensitiveBytes struct{ Sensitive }

// UnmarshalJSON decodes a base64 string.
func (s *SensitiveBytes) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return errSensitive
	}
	if text == Redacted { // the output of the API
		s.Sensitive = NewSensitive(text)
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return errors.New("want base64")
	}
	s.Sensitive = NewSensitive(string(raw))
	return nil
}
