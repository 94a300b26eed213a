// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"testing"
)

// TestSharedNetwork verifies that a container which shares the network of another
// one is restarted after it was restarted, and replaced after it was replaced.
func TestSharedNetwork(t *testing.T) {
	r := newRig(t)
	r.write("db.yaml", manifest("db", "sleep", ""))
	r.write("side.yaml", manifest("side", "sleep", "  networkMode: container:db\n  pid: container:db\n  dependencies: [db]\n"))
	r.write("host.yaml", manifest("host", "sleep", "  networkMode: host\n"))
	r.start()
	r.requireUp("db", "side", "host")
	follows := func(what string, before container) {
		r.eventually("side to follow "+what, func() error {
			db, side := r.containers()[r.engineName("db")], r.containers()[r.engineName("side")]
			if got := side.HostConfig.NetworkMode; got != "container:"+db.ID || side.HostConfig.PidMode != got {
				return fmt.Errorf("side shares with %s, db is %s", got, db.ID)
			}
			if !side.up() || side.State.StartedAt < db.State.StartedAt || side.State.StartedAt == before.State.StartedAt {
				return fmt.Errorf("side is %+v, db %+v", side.State, db.State)
			}
			return nil
		})
		r.requireUp("db", "side", "host")
	}
	before := r.containers()[r.engineName("side")]
	docker(t, "restart", "-t", "1", r.engineName("db"))
	follows("a restart", before)
	before = r.containers()[r.engineName("side")]
	r.edit("db.yaml", "[sleep]", "[sleep, --ignore-term]")
	follows("a replacement", before)
	before = r.containers()[r.engineName("side")]
	docker(t, "rm", "-f", r.engineName("db"))
	follows("a removal", before)
}
