// SPDX-License-Identifier: Apache-2.0

package spelling_test

import (
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/spelling"
)

func TestSimilar(t *testing.T) {
	for name, row := range map[string]struct {
		found, known string
		similar      bool
	}{
		"two letters changed places":    {"bakcend", "backend", true},
		"a letter is missing":           {"databse", "database", true},
		"a letter is too much":          {"caches", "cache", true},
		"a dash is missing":             {"devnet", "dev-net", true},
		"a word of several":             {"shop-bakcend", "shop-backend", true},
		"two mistakes in a long word":   {"prometeuss", "prometheus", true},
		"two mistakes in a short word":  {"baknd", "backend", false},
		"the same name":                 {"backend", "backend", false},
		"another number":                {"data2", "data1", false},
		"another number after a dash":   {"data-2", "data-1", false},
		"a number only in one":          {"data-2", "data", false},
		"another letter after a dash":   {"data-b", "data-a", false},
		"another short word":            {"api-logs", "app-logs", false},
		"short names":                   {"db", "dc", false},
		"one is the beginning of other": {"front", "frontend", false},
		"nothing in common":             {"metrics", "backend", false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, pair := range [][2]string{{row.found, row.known}, {row.known, row.found}} {
				if got := spelling.Similar(pair[0], []string{"zzzzzzzz", pair[1]}); (got == pair[1]) != row.similar {
					t.Errorf("Similar(%q, %q) = %q, similar: %v", pair[0], pair[1], got, row.similar)
				}
			}
		})
	}
	t.Run("the nearest name is returned", func(t *testing.T) {
		if got := spelling.Similar("prometeus", []string{"promoteus1", "prometheus"}); got != "prometheus" {
			t.Errorf("got %q", got)
		}
	})
}
