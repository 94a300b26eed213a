// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// TestDown verifies that down removes containers in the reverse of their start
// order, removes volumes only with the flag --volumes, and is refused while a controller
// runs, which would create everything again.
func TestDown(t *testing.T) {
	r := newRig(t)
	r.write("chain.yaml", chain)
	r.start()
	r.requireUp("store", "left", "right", "front")

	for _, command := range [][]string{{"down"}, {"run", r.dir}} {
		got := r.cli(command...)
		if got.code == 0 || !strings.Contains(got.stderr, "another controller of this instance is running") {
			t.Errorf("%v while a controller runs: exit code %d, %s%s", command, got.code, got.stdout, got.stderr)
		}
	}
	r.stop()
	if err := r.allUp("store", "left", "right", "front"); err != nil {
		t.Errorf("the containers are not up after the controller has stopped: %v", err)
	}

	mark := r.events.mark()
	r.setenv("RECONCILER_VOLUMES", "true") // must not make down remove volumes
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

// TestStopsInReverse verifies that containers which are stopped together, by a
// command or by --on-exit, stop in the reverse of their start order.
func TestStopsInReverse(t *testing.T) {
	r := newRig(t)
	everything := []string{"store", "left", "right", "front"}
	inReverse := func(mark int, action string) {
		t.Helper()
		for _, side := range []string{"left", "right"} {
			r.requireOrder(mark, action+" front", action+" "+side, action+" store")
		}
	}
	r.write("chain.yaml", chain)
	r.start("--on-exit", "stop")
	r.requireUp(everything...)
	before := r.ids()

	mark := r.events.mark()
	r.expect(0, "stop", "--all")
	inReverse(mark, "die")
	r.expect(0, "start", "--all")
	r.requireUp(everything...)

	mark = r.events.mark()
	r.stop()
	inReverse(mark, "die")
	r.requireKept(before)

	r.start("--on-exit", "remove")
	r.requireUp(everything...)
	r.requireKept(before)
	mark = r.events.mark()
	r.stop()
	inReverse(mark, "destroy")
	if left := r.containers(); len(left) > 0 {
		t.Errorf("--on-exit remove left %v", left)
	}
	docker(t, "volume", "inspect", r.engineName("data"))
}
