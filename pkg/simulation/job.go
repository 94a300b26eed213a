// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// IsJob reports whether the container with those labels must end before others can
// continue: it is an init container, or another container waits for its
// completion.
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
