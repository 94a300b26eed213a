// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestSizeParse(t *testing.T) {
	const invalid = math.MinInt64
	for text, want := range map[string]int64{
		"0": 0, "64": 64, "1.5Gi": 3 << 29, "64k": 64000, "1P": 1e15, "1Pi": 1 << 50, ".5k": 500, "5.k": 5000,
		"9223372036854775806": math.MaxInt64 - 1, "unlimited": -1, "-1": -1,
		"": invalid, ".": invalid, "Mi": invalid, "1.5": invalid, "1.0001k": invalid, "-2": invalid, "+1": invalid,
		"512m": invalid, "64000m": invalid, "512MB": invalid, "1 Gi": invalid, "1e3": invalid, "1E3": invalid,
		"1e999999999": invalid, "9223372036854775807": invalid, "8192Pi": invalid,
		"00000000000000000000000000000": invalid,
	} {
		t.Run(text, func(t *testing.T) {
			var s Size
			if err := s.parse(text); (err != nil) != (want == invalid) || err == nil && s.Bytes() != want {
				t.Errorf("parse(%q) = %d, %v, want %d", text, s.Bytes(), err, want)
			}
		})
	}
}

func TestCPUsParse(t *testing.T) {
	const invalid = -1
	for text, want := range map[string]int64{
		"0": 0, "2": 2 * nano, "1.5": 1.5 * nano, "0.25": nano / 4, "500m": nano / 2, "1500m": 1.5 * nano, "0.000000001": 1,
		"0.1234567890": 123456789, "0.000001m": 1, "0.0000010m": 1,
		"0.1234567891": invalid, "0.0000000001": invalid, "1.0000000001": invalid, "0.0000000001m": invalid, "1.0000001m": invalid,
		"": invalid, "m": invalid, "1,5": invalid, "-1": invalid, "1e3": invalid, "1k": invalid, "99999999999": invalid,
	} {
		t.Run(text, func(t *testing.T) {
			var c CPUs
			if err := c.parse(text); (err != nil) != (want == invalid) || err == nil && c.Nano() != want {
				t.Errorf("parse(%q) = %d, %v, want %d", text, c.Nano(), err, want)
			}
		})
	}
}

// TestQuantitiesRoundTrip checks that the canonical form of a quantity has the same
// value.
func TestQuantitiesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Int64Range(0, math.MaxInt64-1).Draw(t, "value") >> rapid.IntRange(0, 62).Draw(t, "shift")
		var s Size
		if err := s.parse(Size(want).String()); err != nil || s.Bytes() != want {
			t.Errorf("size %s = %d, %v, want %d", Size(want), s, err, want)
		}
		var c CPUs
		cpus := CPUs(want % (1000 * nano))
		if err := c.parse(cpus.String()); err != nil || c != cpus {
			t.Errorf("cpus %s = %d, %v, want %d", cpus, c, err, cpus)
		}
	})
}
