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
		well bool
	}{
		"passes and skips are well": {
			pass + `{"Action":"skip","Package":"p","Test":"TestB"}` + "\n" + `{"Action":"pass","Package":"p"}`,
			"1 passed, 0 failed, 1 skipped", true,
		},
		"a failed test counts once": {
			pass + `{"Action":"output","Package":"p","Test":"TestB","Output":"because\n"}` + "\n" + `{"Action":"fail","Package":"p","Test":"TestB"}` + "\n" + `{"Action":"fail","Package":"p"}`,
			"1 passed, 1 failed, 0 skipped", false,
		},
		"a package that fails by itself counts": {
			pass + `{"Action":"fail","Package":"p"}`, "1 passed, 1 failed, 0 skipped", false,
		},
		"a go command that fails counts": {
			pass + `{"Action":"build-fail"}`, "1 passed, 1 failed, 0 skipped", false,
		},
		"nothing tested is not well": {"", "0 passed, 0 failed, 0 skipped", false},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			well := summarize(strings.NewReader(row.in), &out)
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if got := lines[len(lines)-1]; got != row.last || well != row.well {
				t.Errorf("got %q and %t, want %q and %t", got, well, row.last, row.well)
			}
		})
	}
	t.Run("what a failed test printed is shown", func(t *testing.T) {
		var out strings.Builder
		summarize(strings.NewReader(`{"Action":"output","Package":"p","Test":"TestA","Output":"because\n"}`+"\n"+
			`{"Action":"fail","Package":"p","Test":"TestA"}`), &out)
		if !strings.Contains(out.String(), "because") {
			t.Errorf("got %q", out.String())
		}
	})
}
