// SPDX-License-Identifier: Apache-2.0

package spelling

import "strings"

// minLength is the length of the shortest word that Similar compares. longWord is
// the length from which two changes are a misspelling.
const (
	minLength = 4
	longWord  = 8
)

// Similar returns the known name of which found is probably a misspelling, or "" if
// there is none. It is stricter than Suggest, because both names may be intended:
// names that differ only in digits, or in a word of up to three letters between
// dashes, are not similar.
func Similar(found string, known []string) string {
	best, distance := "", longWord
	for _, name := range known {
		if d, similar := misspelled(found, name); similar && d < distance {
			best, distance = name, d
		}
	}
	return best
}

// misspelled returns the distance of two different names, and whether one is
// probably a misspelling of the other.
func misspelled(a, b string) (int, bool) {
	if a == b || max(len(a), len(b)) > maxLength || withoutDigits(a) == withoutDigits(b) {
		return 0, false
	}
	x, y := strings.Split(a, "-"), strings.Split(b, "-")
	if len(x) != len(y) {
		return near(a, b)
	}
	sum := 0
	for i := range x {
		if x[i] == y[i] {
			continue
		}
		d, similar := near(x[i], y[i])
		if !similar {
			return 0, false
		}
		sum += d
	}
	return sum, true
}

// near returns the distance of two words, and whether it is small for their length.
func near(a, b string) (int, bool) {
	d, short := editDistance(a, b), min(len(a), len(b))
	return d, short >= minLength && d <= 1 || short >= longWord && d <= 2
}

func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, s)
}
