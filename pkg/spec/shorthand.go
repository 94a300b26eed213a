// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"bytes"
	"encoding/json"
)

// fromName is the reference that a plain name stands for.
func (NetworkRef) fromName(name string) any { return NetworkRef{Name: name} }

// fromName is the dependency that a plain name stands for.
func (Dependency) fromName(name string) any { return Dependency{Name: name} }

// fromName is the policy that a plain name stands for.
func (RestartPolicy) fromName(name string) any { return RestartPolicy{Name: RestartName(name)} }

// fromName is the reference that a plain name stands for.
func (FileRef) fromName(name string) any { return FileRef{Name: name} }

// UnmarshalJSON reads an object or a plain name.
func (r *FileRef) UnmarshalJSON(data []byte) error {
	type plain FileRef
	return unmarshalShort(data, r, (*plain)(r))
}

// UnmarshalJSON reads an object or a plain name.
func (r *NetworkRef) UnmarshalJSON(data []byte) error {
	type plain NetworkRef
	return unmarshalShort(data, r, (*plain)(r))
}

// UnmarshalJSON reads an object or a plain name.
func (d *Dependency) UnmarshalJSON(data []byte) error {
	type plain Dependency
	return unmarshalShort(data, d, (*plain)(d))
}

// UnmarshalJSON reads an object or a plain name.
func (p *RestartPolicy) UnmarshalJSON(data []byte) error {
	type plain RestartPolicy
	return unmarshalShort(data, p, (*plain)(p))
}

// unmarshalShort fills out, whose form without this method is long, from an
// object or from the name that stands for it.
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
