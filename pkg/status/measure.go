// SPDX-License-Identifier: Apache-2.0

package status

import (
	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Measured is what a run of a container uses.
type Measured struct {
	Run     Run
	Metrics v1alpha1.Metrics
}

// Measure replaces what is known of the use of resources. It shows in the
// reports from now on, of the very runs that were measured, but is no change of
// them: watchers are not told, or they would be of nothing else.
func (s *Store) Measure(all map[spec.Key]Measured) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.measured = all
	for k, r := range s.reports {
		metrics := s.metricsOf(*r)
		if metrics == nil && r.Status.Metrics == nil {
			continue
		}
		measured := *r // the report that was handed out stays as it is
		measured.Status.Metrics = metrics
		s.reports[k] = &measured
	}
}

// metricsOf is what the run of a report uses; nil when it was not measured.
func (s *Store) metricsOf(r Report) *v1alpha1.Metrics {
	m, found := s.measured[r.Key]
	if !found || !r.Run.Live() || m.Run.ContainerID != r.Run.ContainerID || !m.Run.StartedAt.Equal(r.Run.StartedAt) {
		return nil
	}
	return &m.Metrics
}
