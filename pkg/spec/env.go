// SPDX-License-Identifier: Apache-2.0

package spec

import "encoding/json"

// EnvValue is the value of an environment variable: a text, or a reference. In a
// manifest a string may stand for it.
type EnvValue struct {
	// Value is the text; empty when one of the references is set.
	Value string `json:"value,omitempty"`
	// FromConfig is an entry of a Config in the same namespace.
	FromConfig *KeyRef `json:"fromConfig,omitempty"`
	// FromSecret is an entry of a Secret in the same namespace.
	FromSecret *KeyRef `json:"fromSecret,omitempty"`
}

// KeyRef is an entry of a Config or Secret.
type KeyRef struct {
	// Name is the name of the Config or Secret.
	Name string `json:"name"`
	// Key is the entry.
	Key string `json:"key"`
	// Optional leaves the variable out when the object or the entry is missing.
	Optional bool `json:"optional,omitempty"`
}

// EnvText is the value of a variable with a text.
func EnvText(text string) EnvValue { return EnvValue{Value: text} }

// EnvTexts are variables with texts.
func EnvTexts(texts map[string]string) map[string]EnvValue {
	env := make(map[string]EnvValue, len(texts))
	for name, text := range texts {
		env[name] = EnvText(text)
	}
	return env
}

// fromName is the value that a plain text stands for.
func (EnvValue) fromName(name string) any { return EnvText(name) }

// UnmarshalJSON reads an object or a text.
func (v *EnvValue) UnmarshalJSON(data []byte) error {
	type plain EnvValue
	return unmarshalShort(data, v, (*plain)(v))
}

// MarshalJSON writes a text as such.
func (v EnvValue) MarshalJSON() ([]byte, error) {
	if v.FromConfig == nil && v.FromSecret == nil {
		return json.Marshal(v.Value)
	}
	type plain EnvValue
	return json.Marshal(plain(v))
}
