// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/kube"
)

// node returns the machine of the engine: this one, unless the engine is reached
// over the network.
func (k *stack) node(since time.Time) kube.Machine {
	state := k.cache.State()
	n := kube.Machine{
		Name: "engine", Engine: state.Info.Name + "://" + state.Info.Version, OS: state.Info.OS,
		Ready: state.Connected, Since: since,
	}
	if endpoint := state.Info.Endpoint; endpoint == "" || strings.HasPrefix(endpoint, "unix:") {
		if host, err := os.Hostname(); err == nil {
			n.Name = strings.ToLower(host)
		}
		n.CPUs, n.MemoryBytes = runtime.NumCPU(), memoryBytes()
	}
	return n
}
