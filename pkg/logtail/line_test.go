// SPDX-License-Identifier: Apache-2.0

package logtail

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

func TestPosition(t *testing.T) {
	read := func(text string) []Line {
		var out []Line
		for r := bufio.NewReader(strings.NewReader(text)); ; {
			line, err := readLine(r, v1alpha1.Key{})
			if err != nil {
				return out
			}
			out = append(out, line)
		}
	}
	const same, later = "2026-01-02T03:04:05.5Z", "2026-01-02T03:04:06Z"
	var p position
	for _, line := range read(same + " a\n" + same + " b\n") {
		p.advance(line)
	}
	again, got := p, []string(nil)
	for _, line := range read(same + " a\n" + same + " b\n" + same + " c\n" + later + " d\nno time\n") {
		if !again.skips(line) {
			got = append(got, line.Text)
		}
	}
	if diff := cmp.Diff([]string{"c", "d", "no time"}, got); diff != "" {
		t.Errorf("lines of one time that were not shown have to be (-want +got):\n%s", diff)
	}
}

func TestReadLine(t *testing.T) {
	r := bufio.NewReader(strings.NewReader("2026-01-02T03:04:05Z  two  spaces \nplain\nno end"))
	for _, want := range []string{" two  spaces ", "plain", "no end"} {
		line, err := readLine(r, v1alpha1.Key{})
		if err != nil || line.Text != want {
			t.Errorf("got %q, %v; want %q", line.Text, err, want)
		}
	}
	if _, err := readLine(r, v1alpha1.Key{}); err != io.EOF { //nolint:errorlint // the very error
		t.Errorf("got %v at the end", err)
	}
}
