// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func TestReachable(t *testing.T) {
	limited := engine.Resources{NanoCPUs: 1, Memory: 2, MemorySwap: 4, PIDs: 5}
	rows := map[string]struct {
		to, from engine.Resources
		want     bool
	}{
		"a limit can be set":                    {engine.Resources{Memory: 1}, engine.Resources{}, true},
		"a limit can be changed":                {engine.Resources{NanoCPUs: 2, Memory: 2, PIDs: 6}, limited, true},
		"a limit cannot be removed":             {engine.Resources{NanoCPUs: 2}, limited, false},
		"the limit of processes can be removed": {engine.Resources{NanoCPUs: 2, Memory: 2}, limited, true},
		"swap follows memory":                   {engine.Resources{Memory: 4}, engine.Resources{Memory: 2, MemorySwap: 4}, true},
		"swap stays without memory":             {engine.Resources{}, engine.Resources{MemorySwap: 4}, false},
		"a set of CPUs stays":                   {engine.Resources{}, engine.Resources{CPUSetCPUs: "0"}, false},
		"a set of CPUs can be changed":          {engine.Resources{CPUSetCPUs: "1"}, engine.Resources{CPUSetCPUs: "0"}, true},
		"no limits stay no limits":              {engine.Resources{}, engine.Resources{}, true},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			if got := row.to.Reachable(row.from); got != row.want {
				t.Fatalf("got %t, want %t", got, row.want)
			}
		})
	}
}
