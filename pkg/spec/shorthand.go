// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"bytes"
	"encoding/json"
)

// fromName returns the reference for a plain name.
func (NetworkRef) fromName(name string) any { return NetworkRef{Name: name} }

// fromName returns the dependency for a plain name.
func (Dependency) fromName(name string) any { return Dependency{Name: name} }

// fromName returns the policy for a plain name.
func (RestartPolicy) fromName(name string) any { return RestartPolicy{Name: RestartName(name)} }

// fromName returns the reference for a plain name.
func (FileRef) fromName(name string) any { return FileRef{Name: name} }

// UnmarshalJSON decodes an object or a plain name.
func (r *FileRef) UnmarshalJSON(data []byte) error {
	type plain FileRef
	return unmarshalShort(data, r, (*plain)(r))
}

// UnmarshalJSON decodes an object or a plain name.
func (r *NetworkRef) UnmarshalJSON(data []byte) error {
	type plain NetworkRef
	return unmarshalShort(data, r, (*plain)(r))
}

// UnmarshalJSON decodes an object or a plain name.
func (d *Dependency) UnmarshalJSON(data []byte) error {
	type plain Dependency
	return unmarshalShort(data, d, (*plain)(d))
}

// UnmarshalJSON decodes an object or a plain name.
func (p *RestartPolicy) UnmarshalJSON(data []byte) error {
	type plain RestartPolicy
	return unmarshalShort(data, p, (*plain)(p))
}

// unmarshalShort decodes an object or a plain name into out. long must point to
// the same value with a type that has no UnmarshalJSON method.
func unmarshalShort[T shorthand](data []byte, out *T, long any) error {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte(`"`)) {
		return json.Unmarshal(data, long)
	}
	var name string
	if err := json.Unmarshal(data, &name); err != nil {
		return err
	}
	v, _ := (*out).fromName(name).(T)
	*out = v
	return nil
}
