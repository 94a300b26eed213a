// SPDX-License-Identifier: Apache-2.0

package spec

import "encoding/json"

// EnvValue is the value of an environment variable: a text, or a reference to a
// key of a Config or Secret. A string is short for {value: STRING}.
type EnvValue struct {
	// Value is the text of the variable; not allowed together with a reference.
	Value string `json:"value,omitempty" change:"recreate"`
	// FromConfig takes the value from a key of a Config in the same namespace.
	FromConfig *KeyRef `json:"fromConfig,omitempty" change:"content"`
	// FromSecret takes the value from a key of a Secret in the same namespace.
	FromSecret *KeyRef `json:"fromSecret,omitempty" change:"content"`
}

// KeyRef refers to one key of a Config or Secret.
type KeyRef struct {
	// Name is the name of the Config or Secret.
	Name string `json:"name"`
	// Key is the key whose value is used.
	Key string `json:"key"`
	// Optional omits the variable if the object or the key does not exist; otherwise
	// the container waits for it (default false).
	Optional bool `json:"optional,omitempty"`
}

// EnvText returns an EnvValue with the text.
func EnvText(text string) EnvValue { return EnvValue{Value: text} }

// fromName returns the EnvValue for a plain string.
func (EnvValue) fromName(name string) any { return EnvText(name) }

// UnmarshalJSON decodes an object or a string.
func (v *EnvValue) UnmarshalJSON(data []byte) error {
	type plain EnvValue
	return unmarshalShort(data, v, (*plain)(v))
}

// MarshalJSON encodes a text as a string, and references as an object.
func (v EnvValue) MarshalJSON() ([]byte, error) {
	if v.FromConfig == nil && v.FromSecret == nil {
		return json.Marshal(v.Value)
	}
	type plain EnvValue
	return json.Marshal(plain(v))
}
