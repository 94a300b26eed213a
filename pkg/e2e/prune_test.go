// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"errors"
	"strings"
	"testing"
)

// several are containers on a separate network, each of which depends on the
// previous one.
func several(names ...string) string {
	var manifests []string
	before := ""
	for _, name := range names {
		manifests = append(manifests, asking(name, "networks: [back], stopGracePeriod: 1s, dependencies: ["+before+"]"))
		before = name
	}
	return strings.Join(manifests, "---")
}

// TestPruneGuard verifies that containers which lose their manifests together keep
// running, also after a restart of the controller, until the deletions are approved,
// and are then removed in the reverse of their start order.
func TestPruneGuard(t *testing.T) {
	r := newRig(t)
	names := []string{"one", "two", "three", "four"}
	r.write("several.yaml", several(names...))
	r.write("stays.yaml", asking("stays", "tty: false"))
	r.start("--prune-delay", "100ms")
	r.requireUp(append(names, "stays")...)
	before, mark := r.ids(), r.events.mark()

	r.remove("several.yaml")
	for _, name := range names {
		r.requireCondition("container/"+name, "Stalled", "True PruneWithheld", "reconciler approve")
	}
	r.prints(0, []string{"status"}, "Withheld: +5 deletions of objects that are no longer declared")
	r.prints(1, []string{"diff", r.dir, "-n", r.name}, "stalled: PruneWithheld") // in a process without the state of the controller
	r.stop()
	r.start("--prune-delay", "100ms")
	r.requireCondition("network/back", "Stalled", "True PruneWithheld")
	r.requireUntouched(mark, before)

	// Containers that are declared again need no approval.
	r.write("several.yaml", several(names...))
	for _, name := range append(names, "stays") {
		r.requireCondition("container/"+name, "Ready", "True")
	}
	r.requireUntouched(mark, before)
	if got := r.cli("approve"); got.code != 0 || got.stderr != "no deletions are withheld\n" {
		t.Errorf("approve: %+v", got)
	}

	r.remove("several.yaml")
	r.requireCondition("container/one", "Stalled", "True PruneWithheld")
	r.prints(0, []string{"approve"}, "container.reconciler.dev/four approved", "network.reconciler.dev/back approved")
	r.eventually("the containers to be removed", func() error {
		_, err := tryDocker("network", "inspect", r.engineName("back"))
		if err == nil {
			return errors.New("the network is still there")
		}
		return nil
	})
	r.requireOrder(mark, "destroy four", "destroy three", "destroy two", "destroy one")
	r.requireKept(map[string]string{"stays": before["stays"]})

	// A controller that cannot wait for an approval suggests an alternative.
	r.write("several.yaml", several(names...))
	r.requireCondition("container/four", "Ready", "True")
	r.stop()
	r.remove("several.yaml")
	once := []string{"run", r.dir, "-n", r.name, "--once", "--prune-delay", "100ms"}
	if got := r.cli(once...); got.code != 1 || !strings.Contains(got.stderr, "the prune guard withholds the deletion of 5 objects; use --prune-guard 0") {
		t.Errorf("run --once: %+v", got)
	}
	r.expect(0, append(once, "--prune-guard", "0")...)
	r.requireKept(map[string]string{"stays": before["stays"]})
	r.start()
	r.requireCondition("container/stays", "Ready", "True")
	if got := r.expect(0, "get", "ct", "-n", r.name, "-o", "name"); got != "container.reconciler.dev/stays\n" {
		t.Errorf("the containers left are %s", got)
	}
	r.stop()

	// A controller that stops does not remove withheld containers either.
	r.write("several.yaml", several(names...))
	r.start("--on-exit", "stop", "--prune-delay", "100ms")
	r.requireCondition("container/four", "Ready", "True")
	r.requireCondition("container/stays", "Ready", "True")
	before = r.ids()
	r.remove("several.yaml")
	r.requireCondition("container/four", "Stalled", "True PruneWithheld")
	r.stop()
	r.requireKept(before)
	r.expect(0, append(once, "--prune-guard", "0")...)
	r.requireKept(map[string]string{"stays": before["stays"]})
}
