// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
)

func TestSummarize(t *testing.T) {
	const pass = `{"Action":"pass","Package":"p","Test":"TestA"}` + "\n"
	rows := map[string]struct {
		in   string
		last string
		ok   bool
	}{
		"passes_and_skips_succeed": {
			pass + `{"Action":"skip","Package":"p","Test":"TestB"}` + "\n" + `{"Action":"pass","Package":"p"}`,
			"1 passed, 0 failed, 1 skipped", true,
		},
		"a_failed_test_counts_once": {
			pass + `{"Action":"output","Package":"p","Test":"TestB","Output":"because\n"}` + "\n" + `{"Action":"fail","Package":"p","Test":"TestB"}` + "\n" + `{"Action":"fail","Package":"p"}`,
			"1 passed, 1 failed, 0 skipped", false,
		},
		"a_package_that_fails_without_a_failed_test_counts": {
			pass + `{"Action":"fail","Package":"p"}`, "1 passed, 1 failed, 0 skipped", false,
		},
		"a_failed_go_command_counts": {
			pass + `{"Action":"build-fail"}`, "1 passed, 1 failed, 0 skipped", false,
		},
		"no_test_at_all_fails": {"", "0 passed, 0 failed, 0 skipped", false},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			ok := summarize(strings.NewReader(row.in), &out)
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if got := lines[len(lines)-1]; got != row.last || ok != row.ok {
				t.Errorf("got %q and %t, want %q and %t", got, ok, row.last, row.ok)
			}
		})
	}
	t.Run("the_output_of_a_failed_test_is_printed", func(t *testing.T) {
		var out strings.Builder
		summarize(strings.NewReader(`{"Action":"output","Package":"p","Test":"TestA","Output":"because\n"}`+"\n"+
			`{"Action":"fail","Package":"p","Test":"TestA"}`), &out)
		if !strings.Contains(out.String(), "because") {
			t.Errorf("got %q", out.String())
		}
	})
}
