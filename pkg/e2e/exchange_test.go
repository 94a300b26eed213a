// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// TestExchange verifies that containers exchange host ports, engine names and static
// addresses in a ring: one gives way, all come up, and each is stopped once.
func TestExchange(t *testing.T) {
	for name, tc := range map[string]struct {
		// spec is the spec of each container, with the value VALUE.
		spec   string
		values []string
		// named is true if the values are the names of the containers.
		named bool
		// stops is how often each container is stopped.
		stops int
	}{
		"two host ports":   {`command: [http], ports: [{host: VALUE, container: 8080}]`, []string{freePort(t), freePort(t)}, false, 1},
		"three host ports": {`command: [http], ports: [{host: VALUE, container: 8080}]`, []string{freePort(t), freePort(t), freePort(t)}, false, 1},
		"engine names":     {`command: [tcp], containerName: VALUE`, []string{"one", "two"}, true, 1},
		"addresses in place": {
			`command: [tcp], networks: [{name: lan, ipv4Address: VALUE}]`, []string{"10.219.77.3", "10.219.77.4", "10.219.77.5"}, false, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			write := func(shift int) (names []string) {
				text := `
apiVersion: reconciler.dev/v1alpha1
kind: Network
metadata: {name: lan}
spec: {ipam: {config: [{subnet: 10.219.77.0/24}]}}
`
				for i := range tc.values {
					name, value := fmt.Sprintf("c%d", i), tc.values[(i+shift)%len(tc.values)]
					if tc.named {
						names, value = append(names, value), r.engineName(value)
					} else {
						names = append(names, name)
					}
					text += fmt.Sprintf("---\napiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: %s}\n"+
						"spec: {image: \"reconciler.dev/demo:1\", stopGracePeriod: 1s, %s}\n", name, strings.ReplaceAll(tc.spec, "VALUE", value))
				}
				r.write("all.yaml", text)
				return names
			}
			names := write(0)
			r.start()
			r.requireUp(names...)
			for shift := 1; shift < 3; shift++ {
				mark := r.events.mark()
				names = write(shift)
				r.eventually("an exchange", func() error {
					for i := range names {
						if got, want := r.get(fmt.Sprintf("container/c%d", i)).Metadata.Generation, shift+1; got != want {
							return fmt.Errorf("c%d has generation %d, want %d", i, got, want)
						}
					}
					return nil
				})
				r.requireUp(names...)
				stops := map[string]int{}
				for _, ev := range r.events.since(mark, "die") {
					stops[ev.Name]++
				}
				for _, name := range names {
					if stops[name] != tc.stops {
						t.Errorf("exchange %d: %s was stopped %d times, want %d: %v", shift, name, stops[name], tc.stops, r.events.since(mark))
					}
				}
			}
		})
	}
}
