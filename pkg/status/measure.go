// SPDX-License-Identifier: Apache-2.0

package status

import (
	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Measured is the resource usage of one run of a container.
type Measured struct {
	Run     Run
	Metrics v1alpha1.Metrics
}

// Measure replaces the resource usage of all containers. The reports of the runs
// that were measured contain it from now on. It is not a change of a report:
// watchers would receive little else.
func (s *Store) Measure(all map[spec.Key]Measured) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.measured = all
	for k, r := range s.reports {
		metrics := s.metricsOf(*r)
		if metrics == nil && r.Status.Metrics == nil {
			continue
		}
		measured := *r // a copy: callers may have the report
		measured.Status.Metrics = metrics
		s.reports[k] = &measured
	}
}

// metricsOf returns the resource usage of the run of a report; nil when it was not
// measured.
func (s *Store) metricsOf(r Report) *v1alpha1.Metrics {
	m, found := s.measured[r.Key]
	if !found || !r.Run.Live() || m.Run.ContainerID != r.Run.ContainerID || !m.Run.StartedAt.Equal(r.Run.StartedAt) {
		return nil
	}
	return &m.Metrics
}
