// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// chain is a store, two servers that depend on it, and one that depends on both.
// They have no health checks, so they are ready as soon as they run.
const chain = `
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: store}
spec: {image: "reconciler.dev/demo:1", command: [tcp], env: {ROUND: "0"}}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: left}
spec: {image: "reconciler.dev/demo:1", command: [tcp], dependencies: [store]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: right}
spec: {image: "reconciler.dev/demo:1", command: [tcp], dependencies: [store], volumes: [{source: data, target: /data}]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: front}
spec: {image: "reconciler.dev/demo:1", command: [tcp], dependencies: [left, right]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Volume
metadata: {name: data}
`

// rounds is the number of times that the controller is killed.
const rounds = 50

// TestKill verifies that a controller which is killed at random points of its work
// and started again always reaches the same state, and replaces no container that
// was up to date. RECONCILER_E2E_SEED repeats a history, as far as the timing of the
// engine allows.
func TestKill(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("RECONCILER_E2E_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("RECONCILER_E2E_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 0))

	names := []string{"store", "left", "right", "front"}
	r := newRig(t)
	r.write("chain.yaml", chain)
	for round := range rounds {
		before := r.ids()
		broken := r.disturb(random, round, before)
		r.start()
		// Only the time of the kill is random.
		select {
		case <-time.After(time.Duration(random.Int64N(int64(1500 * time.Millisecond)))):
		case err := <-r.exited:
			t.Fatalf("round %d: the controller exited on its own: %v", round, err)
		}
		r.kill()
		r.start()
		r.eventually(fmt.Sprintf("round %d to converge", round), func() error {
			if err := r.allUp(names...); err != nil {
				return err
			}
			return r.nothingToDo()
		})
		if round > 0 {
			r.requireKept(before, broken...)
		}
		r.kill()
		if t.Failed() {
			t.Fatalf("in round %d, after a disturbance of %v", round, broken)
		}
	}
}

// nothingToDo returns an error if changes are pending.
func (r *rig) nothingToDo() error {
	if got := r.cli("diff", r.dir, "-n", r.name); got.code != 0 {
		return fmt.Errorf("diff exits with %d: %s%s", got.code, got.stdout, got.stderr)
	}
	return nil
}

// disturb makes a change while no controller runs, and returns the containers that
// have to be replaced.
func (r *rig) disturb(random *rand.Rand, round int, there map[string]string) []string {
	r.t.Helper()
	if len(there) == 0 {
		return nil
	}
	names := []string{"store", "left", "right", "front"}
	victim := names[random.IntN(len(names))]
	switch random.IntN(4) {
	case 0:
		return nil
	case 1:
		docker(r.t, "kill", r.engineName(victim))
		return nil
	case 2:
		docker(r.t, "rm", "-f", r.engineName(victim))
		return []string{victim}
	default:
		r.edit("chain.yaml", fmt.Sprintf("ROUND: %q", strconv.Itoa(r.round)), fmt.Sprintf("ROUND: %q", strconv.Itoa(round)))
		r.round = round
		return []string{"store"}
	}
}
