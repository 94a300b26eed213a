// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"fmt"
	"path/filepath"

	"github.com/pact-toolbox/reconciler/pkg/apiserver"
	"github.com/pact-toolbox/reconciler/pkg/editor"
	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// newEditor returns the editor of the manifests that API.Manifests lets clients
// write; nil when the API is read-only.
func (d *Daemon) newEditor() (apiserver.Manifests, error) {
	if d.API.Manifests == "" {
		return nil, nil //nolint:nilnil // absence is no error
	}
	e, err := editor.New(editor.Options{
		Root: d.Directory, Dir: d.API.Manifests,
		Decode: func(rel string, data []byte) ([]spec.Object, spec.Errors) {
			return manifest.Decode(d.Directory, rel, data, d.Manifests)
		},
	})
	if err != nil {
		return nil, fmt.Errorf("--api-manifests: %w", err)
	}
	return e, nil
}

// preview returns the object that a change would declare. It reads the document
// only, so that clients cannot read the variables and files of the controller.
func (d *Daemon) preview(c editor.Change) (spec.Object, error) {
	dir, err := filepath.Abs(filepath.Join(d.Directory, filepath.Dir(filepath.FromSlash(c.Source.File))))
	if err != nil {
		return spec.Object{}, err
	}
	return editor.Preview(c, spec.DecodeOptions{Defaults: d.Manifests.Defaults, Dir: dir, Policy: d.Manifests.Policy.For(d.Directory)})
}
