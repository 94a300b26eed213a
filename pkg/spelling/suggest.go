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

// editDistance returns the Levenshtein distance of two short ASCII words.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		previous := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := previous
			if a[i] != b[j] {
				cost = 1 + min(previous, row[j], row[j+1])
			}
			previous, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
