// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// IsJob reports that the container with those labels has to end for others to go
// on: it is an init container, or somebody waits for it to be completed.
func IsJob(set spec.Set, labels map[string]string) bool {
	if labels[owner.LabelInitOf] != "" {
		return true
	}
	k := spec.Key{Kind: spec.KindContainer, Namespace: labels[owner.LabelNamespace], Name: labels[owner.LabelName]}
	for _, o := range set.Objects {
		for _, e := range o.Edges() {
			if e.To == k && e.Until == spec.UntilCompleted {
				return true
			}
		}
	}
	return false
}
