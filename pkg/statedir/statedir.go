// SPDX-License-Identifier: Apache-2.0

package statedir

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of an instance.
const (
	// Holds contains the containers that users stopped or suspended.
	Holds = "holds.json"
	// Credentials contains the certificate, the key and the token of the API.
	Credentials = "credentials.pem"
)

// mode keeps other users out: the credentials are in the directory.
const mode = 0o700

// Dir is the state directory of an instance.
type Dir struct {
	// top is the highest directory that Create protects from other users: path or
	// a directory above it.
	top, path string
}

// Of returns the state directory of an instance: $XDG_STATE_HOME/reconciler/INSTANCE,
// where $XDG_STATE_HOME is ~/.local/state when it is not set or not absolute.
// Without a home directory it is below the directory for temporary files.
func Of(instance string, getenv func(string) string) Dir {
	base := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(base) {
		base = filepath.Join(getenv("HOME"), ".local", "state")
	}
	top := filepath.Join(base, "reconciler")
	if !filepath.IsAbs(base) {
		top = filepath.Join(os.TempDir(), fmt.Sprintf("reconciler-%d", os.Getuid()))
		base = filepath.Join(top, "state")
	}
	return Dir{top: top, path: filepath.Join(base, "reconciler", instance)}
}

// Engine returns the directory of the state that belongs to one engine, because an
// instance may have a controller at each of several engines. It is d itself for
// the default engine, whose address is empty.
func (d Dir) Engine(name, address string) Dir {
	if id := EngineID(name, address); id != "" {
		d.path = d.Path("engine-" + id)
	}
	return d
}

// EngineID returns a short identifier of an engine for names of files; empty for
// the default engine, whose address is empty.
func EngineID(name, address string) string {
	if address == "" && name == "docker" {
		return ""
	}
	sum := sha256.Sum256([]byte(name + " " + address))
	return hex.EncodeToString(sum[:4])
}

// String returns the path of the directory.
func (d Dir) String() string { return d.path }

// Path returns the path of a file in the directory.
func (d Dir) Path(file string) string { return filepath.Join(d.path, file) }

// Create creates the directory, readable by its owner alone, unless it exists. It
// returns ErrUnsafe as Check does.
func (d Dir) Create() error {
	if err := os.MkdirAll(d.path, mode); err != nil {
		return fmt.Errorf("state directory: %w", err)
	}
	return d.Check()
}

// Check returns ErrUnsafe if other users could change files in the directory. A
// directory that does not exist is safe.
func (d Dir) Check() error {
	for dir := d.path; ; dir = filepath.Dir(dir) {
		if err := CheckDirectory(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("state directory: %w; XDG_STATE_HOME selects another one", err)
		}
		if dir == d.top {
			return nil
		}
	}
}
