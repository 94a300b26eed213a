// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"cmp"

	"github.com/pact-toolbox/reconciler/pkg/lock"
	"github.com/pact-toolbox/reconciler/pkg/statedir"
)

// acquireLock keeps other controllers of the instance away from the engine.
func (s Settings) acquireLock() (*lock.Lock, error) {
	return lock.Acquire(s.engineDir().Path(statedir.Lock))
}

// holdsFile returns the path of the holds of the instance at the engine.
func (s Settings) holdsFile() string { return s.engineDir().Path(statedir.Holds) }

// credentialsFile returns the path of the certificate, key and token of the API.
func (s Settings) credentialsFile() string {
	return statedir.Of(s.Instance, s.Program.Getenv).Path(statedir.Credentials)
}

// engineDir returns the state directory of the instance at the engine.
func (s Settings) engineDir() statedir.Dir {
	host := cmp.Or(s.Engine.Host, s.Program.Getenv("DOCKER_HOST"))
	return statedir.Of(s.Instance, s.Program.Getenv).Engine(s.Engine.Kind, host)
}
