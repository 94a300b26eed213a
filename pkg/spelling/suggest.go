// SPDX-License-Identifier: Apache-2.0

package spelling

import (
	"fmt"
	"strings"
)

// maxLength is the length up to which suggestions are made, because the cost is
// quadratic.
const maxLength = 100

// Suggest returns a hint with the known name most similar to found, for example
// `did you mean "image"?`, or "" if none is similar.
func Suggest(found string, known []string) string {
	if len(found) > maxLength {
		return ""
	}
	best, distance := "", 1+len(found)/2
	for _, name := range known {
		if d := editDistance(strings.ToLower(found), strings.ToLower(name)); d < distance {
			best, distance = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// editDistance returns the number of changes that turn one short ASCII word into
// another: an inserted, removed or replaced letter, or two letters that change
// places.
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replaced := last[j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			row[j] = min(replaced, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
