// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// TestDown takes everything away in the reverse order of its start, keeps the
// volumes until they are asked for, and is refused while a controller runs that
// would bring it all back.
func TestDown(t *testing.T) {
	r := newRig(t)
	r.write("chain.yaml", chain)
	r.start()
	r.requireUp("store", "left", "right", "front")

	for _, command := range [][]string{{"down"}, {"run", r.dir}} {
		got := r.cli(command...)
		if got.code == 0 || !strings.Contains(got.stderr, "another controller of this instance is running") {
			t.Errorf("%v beside a running controller: exit code %d, %s%s", command, got.code, got.stdout, got.stderr)
		}
	}
	r.stop()
	if err := r.allUp("store", "left", "right", "front"); err != nil {
		t.Errorf("the containers do not outlive the controller: %v", err)
	}

	mark := r.events.mark()
	r.expect(0, "down")
	for _, side := range []string{"left", "right"} {
		r.requireOrder(mark, "die front", "die "+side, "die store")
		r.requireOrder(mark, "destroy front", "destroy "+side, "destroy store")
	}
	if left := r.containers(); len(left) > 0 {
		t.Errorf("down left %v", left)
	}
	docker(t, "volume", "inspect", r.engineName("data"))
	r.expect(0, "down", "--volumes")
	if _, err := tryDocker("volume", "inspect", r.engineName("data")); err == nil {
		t.Error("down --volumes left the volume")
	}
}
