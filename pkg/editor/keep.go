// SPDX-License-Identifier: Apache-2.0

package editor

import (
	"bytes"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// keepFormat applies the difference between before and after to original and
// returns the result. All three are the same document; before is original without
// its blank lines and spacing, as the encoder writes it. If the difference cannot be
// applied, keepFormat returns after.
func keepFormat(original, before, after []byte) []byte {
	if len(bytes.TrimSpace(original)) == 0 {
		return after
	}
	old, encoded, wanted := splitLines(original), splitLines(before), splitLines(after)
	// place[i] is the line of original that corresponds to line i of before.
	place := matchLines(encoded, old)
	unchanged := matchLines(encoded, wanted)
	var out []string
	next := 0 // the first line of original that was not copied yet
	for i, w := 0, 0; i < len(encoded) || w < len(wanted); {
		if i < len(encoded) && place[i] >= next && unchanged[i] == w {
			out = append(out, old[next:place[i]+1]...)
			next = place[i] + 1
			i, w = i+1, w+1
			continue
		}
		// A hunk extends to the next line that all three texts have.
		from := i
		for i < len(encoded) && (place[i] < next || unchanged[i] < w) {
			i++
		}
		end, until := len(old), len(wanted)
		if i < len(encoded) {
			end, until = place[i], unchanged[i]
		}
		out = append(out, wanted[w:until]...)
		stays := next // added lines precede lines that stay
		if i > from {
			stays = end - trailingBlanks(old[next:end])
		}
		out = append(out, old[stays:end]...)
		next, w = end, until
	}
	out = append(out, old[next:]...)
	text := []byte(strings.Join(out, ""))
	var a, b any
	if yaml.Unmarshal(text, &a) != nil || yaml.Unmarshal(after, &b) != nil || !reflect.DeepEqual(a, b) {
		return after
	}
	return text
}

// trailingBlanks returns the number of blank lines at the end.
func trailingBlanks(lines []string) int {
	n := 0
	for n < len(lines) && strings.TrimSpace(lines[len(lines)-1-n]) == "" {
		n++
	}
	return n
}

// splitLines returns the lines of a text, each terminated by a newline.
func splitLines(text []byte) []string {
	var out []string
	for line := range strings.Lines(string(text)) {
		if !strings.HasSuffix(line, "\n") {
			line += "\n"
		}
		out = append(out, line)
	}
	return out
}

// matchLines returns, for each line of a, the index of the corresponding line of b
// in a longest common subsequence, or -1. It ignores spacing.
func matchLines(a, b []string) []int {
	out := make([]int, len(a))
	for i := range out {
		out[i] = -1
	}
	key := func(lines []string) []string {
		keys := make([]string, len(lines))
		for i, l := range lines {
			keys[i] = strings.Join(strings.Fields(l), " ")
		}
		return keys
	}
	x, y := key(a), key(b)
	begin := 0
	for begin < len(x) && begin < len(y) && x[begin] == y[begin] {
		out[begin] = begin
		begin++
	}
	endX, endY := len(x), len(y)
	for endX > begin && endY > begin && x[endX-1] == y[endY-1] {
		endX--
		endY--
		out[endX] = endY
	}
	x, y = x[begin:endX], y[begin:endY]
	const limit = 4 << 20 // limits the size of the table
	if len(x)*len(y) > limit {
		return out
	}
	length := make([][]int32, len(x)+1)
	for i := range length {
		length[i] = make([]int32, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			out[begin+i] = begin + j
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}
