// SPDX-License-Identifier: Apache-2.0

package hold

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/google/renameio/v2"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// File is the file of the holds of an instance. It is safe for concurrent use.
// The nil File keeps nothing.
type File struct {
	path string

	mu      sync.Mutex
	written []byte
}

// hold is the entry of one key in the file.
type hold struct {
	Hold      plan.Hold `json:"hold,omitzero"`
	Suspended bool      `json:"suspended,omitempty"`
	Manifest  bool      `json:"manifestSuspends,omitempty"`
}

// Open returns the file at path and the history that it holds. With an empty path
// it returns nil and an empty history. When the file cannot be read, it returns
// the error and a File that will replace it.
func Open(path string) (*File, plan.History, error) {
	if path == "" {
		return nil, plan.History{}, nil
	}
	history, err := Read(path)
	if err != nil {
		return &File{path: path}, plan.History{}, err
	}
	written, err := encode(history)
	return &File{path: path, written: written}, history, err
}

// Read returns the history in the file at path; it is empty when there is no such
// file or path is empty.
func Read(path string) (plan.History, error) {
	history := plan.History{}
	if path == "" {
		return history, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return history, nil
	}
	if err != nil {
		return nil, fmt.Errorf("holds: %w", err)
	}
	all := map[string]hold{}
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("holds: %s: %w", path, err)
	}
	for name, h := range all {
		if k, err := spec.ParseKey(name); err == nil {
			history[k] = plan.Record{Hold: h.Hold, Suspended: h.Suspended, ManifestSuspends: h.Manifest}
		}
	}
	return history, nil
}

// Save writes the holds that history returns, unless they are equal to the holds
// that were written last. history is called with the file locked, so that the last
// of several concurrent calls writes the newest history.
func (f *File) Save(history func() plan.History) error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	data, err := encode(history())
	if err != nil || bytes.Equal(data, f.written) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return fmt.Errorf("holds: %w", err)
	}
	if err := renameio.WriteFile(f.path, data, 0o600); err != nil {
		return fmt.Errorf("holds: %w", err)
	}
	f.written = data
	return nil
}

// encode returns the content of the file.
func encode(history plan.History) ([]byte, error) {
	all := map[string]hold{}
	for k, rec := range history {
		if kept := rec.Persistent(); kept != (plan.Record{}) {
			all[k.String()] = hold{kept.Hold, kept.Suspended, kept.ManifestSuspends}
		}
	}
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("holds: %w", err)
	}
	return data, nil
}
