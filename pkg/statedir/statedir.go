// SPDX-License-Identifier: Apache-2.0

package statedir

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// The files of an instance.
const (
	// Lock is locked by the controller of the instance while it runs.
	Lock = "lock"
	// Holds contains the containers that users stopped or suspended.
	Holds = "holds.json"
	// Credentials contains the certificate, the key and the token of the API.
	Credentials = "credentials.pem"
)

// mode keeps other users out: the credentials are in the directory.
const mode = 0o700

// Dir is the state directory of an instance.
type Dir string

// Of returns the state directory of an instance: $XDG_STATE_HOME/reconciler/INSTANCE,
// where $XDG_STATE_HOME is ~/.local/state when it is not set or not absolute.
// Without a home directory it is below the directory for temporary files.
func Of(instance string, getenv func(string) string) Dir {
	base := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(base) {
		base = filepath.Join(getenv("HOME"), ".local", "state")
	}
	if !filepath.IsAbs(base) {
		base = filepath.Join(os.TempDir(), fmt.Sprintf("reconciler-%d", os.Getuid()), "state")
	}
	return Dir(filepath.Join(base, "reconciler", instance))
}

// Engine returns the directory of the state that belongs to one engine, because an
// instance may have a controller at each of several engines. It is d itself for
// the default engine, whose address is empty.
func (d Dir) Engine(name, address string) Dir {
	if address == "" && name == "docker" {
		return d
	}
	sum := sha256.Sum256([]byte(name + " " + address))
	return Dir(filepath.Join(string(d), "engine-"+hex.EncodeToString(sum[:4])))
}

// Path returns the path of a file in the directory.
func (d Dir) Path(file string) string { return filepath.Join(string(d), file) }

// Create creates the directory, readable by its owner alone, unless it exists.
func (d Dir) Create() error {
	if err := os.MkdirAll(string(d), mode); err != nil {
		return fmt.Errorf("state directory: %w", err)
	}
	return nil
}
