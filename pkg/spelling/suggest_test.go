// SPDX-License-Identifier: Apache-2.0

package spelling_test

import (
	"strings"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/spelling"
)

func TestSuggest(t *testing.T) {
	known := []string{"image", "imagePullPolicy", "ports", "web"}
	for name, row := range map[string]struct{ found, want string }{
		"one letter is missing":          {"imag", `did you mean "image"?`},
		"the case differs":               {"PORTS", `did you mean "ports"?`},
		"nothing is similar":             {"volumes", ""},
		"two letters changed places":     {"wbe", `did you mean "web"?`},
		"a very long name is not judged": {strings.Repeat("image", 21), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := spelling.Suggest(row.found, known); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}
