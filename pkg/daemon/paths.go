// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/client"
	"github.com/pact-toolbox/reconciler/pkg/lock"
	"github.com/pact-toolbox/reconciler/pkg/statedir"
)

// acquireLock keeps other controllers of the instance on this machine away from
// the engine. The lock is beside the default socket, because it ends with the
// process: a home directory may be read-only or shared by several machines.
func (s Settings) acquireLock() (*lock.Lock, error) {
	path := strings.TrimSuffix(client.DefaultSocket(s.Instance, s.Program.Getenv), ".sock")
	if id := statedir.EngineID(s.Engine.Kind, s.engineHost()); id != "" {
		path += "-" + id
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := statedir.CheckDirectory(dir); err != nil {
		return nil, fmt.Errorf("directory of the lock: %w; XDG_RUNTIME_DIR selects another one", err)
	}
	return lock.Acquire(path + ".lock")
}

// createState creates the state directory of the instance at the engine. It
// returns an error only if other users could write to it: without the directory
// the controller works, but keeps no state across restarts.
func (d *Daemon) createState() error {
	err := d.engineDir().Create()
	if err != nil && !errors.Is(err, statedir.ErrUnsafe) {
		d.log.Warn("creating the state directory failed: a restart loses the holds", "err", err)
		return nil
	}
	return err
}

// holdsFile returns the path of the holds of the instance at the engine.
func (s Settings) holdsFile() string { return s.engineDir().Path(statedir.Holds) }

// credentialsFile returns the path of the certificate, key and token of the API.
func (s Settings) credentialsFile() string {
	return statedir.Of(s.Instance, s.Program.Getenv).Path(statedir.Credentials)
}

// engineDir returns the state directory of the instance at the engine.
func (s Settings) engineDir() statedir.Dir {
	return statedir.Of(s.Instance, s.Program.Getenv).Engine(s.Engine.Kind, s.engineHost())
}

// engineHost returns the address of the engine; empty for the default address.
func (s Settings) engineHost() string {
	return cmp.Or(s.Engine.Host, s.Program.Getenv("DOCKER_HOST"))
}
